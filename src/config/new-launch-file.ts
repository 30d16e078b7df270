/** A launch file that starts guard, standby and controller by the files beside it. */
export function newLaunchFile(name: string): string {
  return `"""Starts Rehearse on ${name.replaceAll(/[\\"]/g, "")}: guard, standby and controller, by the files of this folder. Needs an installed ROS 2; without one: README.md.

ros2 launch FOLDER/robot.launch.py model:=FOLDER/models/first
"""

from pathlib import Path

import yaml
from ament_index_python.packages import get_package_share_directory
from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, GroupAction, IncludeLaunchDescription, OpaqueFunction
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import SetRemap

HERE = Path(__file__).resolve().parent
ROBOT_LAUNCH = Path(get_package_share_directory("rehearse")) / "launch" / "robot.launch.py"
# Our names of topics, by those of training.yaml.
OURS = {"image": "image", "odometry": "odom", "scan": "scan", "command": "cmd_vel"}

ARGUMENTS = [
    DeclareLaunchArgument("model", description="Folder of the world model"),
    DeclareLaunchArgument("namespace", default_value="", description="Namespace of all nodes and topics"),
    DeclareLaunchArgument("use_sim_time", default_value="false", description="Whether time comes from /clock"),
]


def nodes(context):
    def value(name):
        return LaunchConfiguration(name).perform(context)

    topics = yaml.safe_load((HERE / "training.yaml").read_text())["topics"]
    arguments = {
        "robot": str(HERE / "robot.yaml"),
        "params_file": str(HERE / "parameters.yaml"),
        "model": str(Path(value("model")).resolve()),
        "namespace": value("namespace"),
        "use_sim_time": value("use_sim_time"),
    }
    remaps = [SetRemap(OURS[key], topic) for key, topic in topics.items() if key in OURS and topic.lstrip("/") != OURS[key]]
    include = IncludeLaunchDescription(PythonLaunchDescriptionSource(str(ROBOT_LAUNCH)), launch_arguments=arguments.items())
    return [GroupAction([*remaps, include])]


def generate_launch_description():
    return LaunchDescription([*ARGUMENTS, OpaqueFunction(function=nodes)])
`;
}
