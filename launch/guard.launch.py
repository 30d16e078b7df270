"""Starts the guard alone, in front of whatever drives: Nav2, a joystick, a policy. See docs/guides/guard-in-front-of-nav2.md.

`input` is what drives, `output` what the base listens to. Relative names follow the namespace.
"""

from pathlib import Path

from ament_index_python.packages import get_package_share_directory
from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction
from launch.conditions import IfCondition
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node

SHARE = Path(get_package_share_directory("rehearse"))
DEFAULTS = SHARE / "launch" / "params" / "guard.yaml"

ARGUMENTS = [
    DeclareLaunchArgument("robot", default_value="", description="Robot file; ./rehearse guard --init makes one"),
    DeclareLaunchArgument("input", default_value="cmd_vel_proposed", description="Topic of what drives"),
    DeclareLaunchArgument("output", default_value="cmd_vel", description="Topic that the base listens to"),
    DeclareLaunchArgument("scan", default_value="scan", description="Topic of the laser scans"),
    DeclareLaunchArgument("odom", default_value="odom", description="Topic of the odometry"),
    DeclareLaunchArgument("stamped_input", default_value="", description="Whether input is TwistStamped; empty: as params_file says"),
    DeclareLaunchArgument("stamped_output", default_value="", description="Whether output is TwistStamped; empty: as params_file says"),
    DeclareLaunchArgument("standby", default_value="true", description="Whether a second process brakes when the guard falls silent"),
    DeclareLaunchArgument("security", default_value="", description="Keystore of ./rehearse secure; empty: without SROS 2"),
    DeclareLaunchArgument("namespace", default_value="", description="Namespace of all nodes and topics"),
    DeclareLaunchArgument("use_sim_time", default_value="false", description="Whether time comes from /clock"),
    DeclareLaunchArgument("params_file", default_value=str(DEFAULTS), description="Parameters of all nodes"),
    DeclareLaunchArgument("use_respawn", default_value="false", description="Whether a node that ended is started again"),
    DeclareLaunchArgument("log_level", default_value="info", description="debug, info, warn, error or fatal"),
]


def nodes(context):
    def value(name):
        return LaunchConfiguration(name).perform(context)

    def is_true(name):
        return IfCondition(LaunchConfiguration(name)).evaluate(context)

    if not value("robot"):
        raise RuntimeError("give the robot file: robot:=FILE (./rehearse guard --init FILE makes one from five numbers)")
    topics = {"cmd_vel_proposed": value("input"), "cmd_vel": value("output"), "scan": value("scan"), "odom": value("odom")}
    output = {"enable_stamped_cmd_vel": is_true("stamped_output")} if value("stamped_output") else {}
    proposed = {"enable_stamped_proposed": is_true("stamped_input")} if value("stamped_input") else {}
    common = {"use_sim_time": is_true("use_sim_time"), "robot": str(Path(value("robot")).resolve()), **output}
    keys = str(Path(value("security")).resolve()) if value("security") else ""
    secured = {"ROS_SECURITY_ENABLE": "true", "ROS_SECURITY_STRATEGY": "Enforce", "ROS_SECURITY_KEYSTORE": keys} if keys else {}

    def node(name, **parameters):
        enclave = ["--enclave", f"/{name}"] if keys else []
        return Node(
            package="rehearse",
            executable=name,
            name=name,
            namespace=value("namespace"),
            parameters=[str(Path(value("params_file")).resolve()), {**common, **parameters}],
            remappings=[(own, topic) for own, topic in topics.items() if own != topic],
            arguments=["--ros-args", "--log-level", value("log_level"), *enclave],
            additional_env=secured,
            output="screen",
            emulate_tty=True,
            respawn=is_true("use_respawn"),
            respawn_delay=2.0,
        )

    return [node("guard", **proposed), *([node("standby")] if is_true("standby") else [])]


def generate_launch_description():
    return LaunchDescription([*ARGUMENTS, OpaqueFunction(function=nodes)])
