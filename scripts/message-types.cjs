// Checks that every message and service type that Rehearse uses can be loaded by rclnodejs. Prints those that cannot, exit code 1.
const TYPES = [
  ["builtin_interfaces/msg", "Time"],
  ["diagnostic_msgs/msg", "DiagnosticArray"],
  ["geometry_msgs/msg", "PoseStamped", "PoseWithCovarianceStamped", "Twist", "TwistStamped"],
  ["lifecycle_msgs/msg", "State", "TransitionEvent"],
  ["lifecycle_msgs/srv", "ChangeState", "GetState"],
  ["nav_msgs/msg", "OccupancyGrid", "Odometry", "Path"],
  ["rcl_interfaces/msg", "SetParametersResult"],
  ["rosgraph_msgs/msg", "Clock"],
  ["sensor_msgs/msg", "CameraInfo", "CompressedImage", "Image", "JointState", "LaserScan"],
  ["std_msgs/msg", "Bool", "Float32", "Float64", "Float64MultiArray", "String"],
  ["std_srvs/srv", "SetBool", "Trigger"],
  ["visualization_msgs/msg", "Marker", "MarkerArray"],
];

const rclnodejs = require(process.argv[2]);
const broken = [];
for (const [folder, ...names] of TYPES) {
  for (const name of names) {
    try {
      const Type = rclnodejs.require(`${folder}/${name}`);
      if (folder.endsWith("/msg")) new Type();
    } catch (error) {
      broken.push(`${folder}/${name}: ${error.message}`);
    }
  }
}
if (broken.length > 0) {
  console.log(broken.join("\n"));
  process.exit(1);
}
