// Proposes full speed at the nearest wall, then away from it, and so on: what a controller that knows no harm would do. usage: node drive-at-walls.mjs
import { RELIABLE_QOS, SENSOR_QOS } from "../../dist/messages/qos.js";
import { stampFromNs } from "../../dist/messages/stamp.js";
import { openRos } from "../../dist/ros/rcl/context.js";
import { Endpoints } from "../../dist/ros/rcl/endpoints.js";

const PERIOD_MS = 50;
const TOWARDS_S = 3;
const AND_AWAY_S = 6;

const ros = await openRos();
const endpoints = new Endpoints(ros, ros.createNode("controller"));
const proposals = endpoints.publish("geometry_msgs/msg/TwistStamped", "cmd_vel_proposed", RELIABLE_QOS);
let nearestRad = 0;
endpoints.subscribe("sensor_msgs/msg/LaserScan", "scan", SENSOR_QOS, ({ ranges, angle_min, angle_increment }) => {
  let at = 0;
  for (let i = 1; i < ranges.length; i++) if (ranges[i] < (ranges[at] || Number.POSITIVE_INFINITY)) at = i;
  const angle = angle_min + at * angle_increment;
  nearestRad = Math.atan2(Math.sin(angle), Math.cos(angle));
});
endpoints.node.spin();
setInterval(() => {
  const towards = (performance.now() / 1000) % AND_AWAY_S < TOWARDS_S;
  const zero = { x: 0, y: 0, z: 0 };
  const twist = towards
    ? { linear: { ...zero, x: 1 }, angular: { ...zero, z: 4 * nearestRad } }
    : { linear: { ...zero, x: Math.abs(nearestRad) > 2 ? 0.6 : 0 }, angular: { ...zero, z: nearestRad < 0 ? 2 : -2 } };
  proposals.send({ header: { stamp: stampFromNs(BigInt(Date.now()) * 1_000_000n), frame_id: "base_link" }, twist });
}, PERIOD_MS);
