// Checks that every message and service type that Rehearse cannot do without can be loaded by rclnodejs.
// Prints those that cannot, exit code 1.
const TYPES = [
  ["diagnostic_msgs/msg", "DiagnosticArray", "DiagnosticStatus"],
  ["geometry_msgs/msg", "PoseStamped", "PoseWithCovarianceStamped", "Twist", "TwistStamped"],
  ["lifecycle_msgs/msg", "TransitionEvent"],
  ["lifecycle_msgs/srv", "ChangeState", "GetState"],
  ["nav_msgs/msg", "Odometry", "Path"],
  ["rcl_interfaces/srv", "SetParameters"],
  ["rosgraph_msgs/msg", "Clock"],
  ["sensor_msgs/msg", "CameraInfo", "CompressedImage", "Image", "JointState", "LaserScan"],
  ["std_msgs/msg", "Bool", "Float64MultiArray", "String"],
  ["std_srvs/srv", "Trigger"],
  ["visualization_msgs/msg", "MarkerArray"],
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
