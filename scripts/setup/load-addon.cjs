// Loads rclnodejs's addon without rclnodejs, whose loader deletes its build on any error. Prints the error, exit code 1.
const fs = require("node:fs");
const path = require("node:path");

const folder = process.argv[2];
const { ROS_DISTRO } = process.env;

function addons() {
  const built = path.join(folder, "build", "Release", "rclnodejs.node");
  if (fs.existsSync(built)) return [built];
  const prebuilds = path.join(folder, "prebuilds", `${process.platform}-${process.arch}`);
  return fs.existsSync(prebuilds)
    ? fs
        .readdirSync(prebuilds)
        .filter((name) => name.includes(`${ROS_DISTRO}-`) && name.endsWith(".node"))
        .map((name) => path.join(prebuilds, name))
    : [];
}

const found = addons();
if (found.length === 0) {
  console.log("it has not been compiled");
  process.exit(1);
}
try {
  process.dlopen({ exports: {} }, found[0]);
} catch (error) {
  console.log(error.message);
  process.exit(1);
}
