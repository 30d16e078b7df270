"""Starts Rehearse on a robot: the controller, the guard between it and the robot, and the standby, which brakes when the guard falls silent.

The robot's driver publishes `image`, `odom` and `scan` and listens to `cmd_vel`; other names are remapped in a launch file that
includes this one. Relative names follow the namespace.
"""

from pathlib import Path

from ament_index_python.packages import get_package_share_directory
from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, OpaqueFunction
from launch.conditions import IfCondition
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node

SHARE = Path(get_package_share_directory("rehearse"))
DEFAULTS = SHARE / "launch" / "params" / "rooms.yaml"

ARGUMENTS = [
    DeclareLaunchArgument("namespace", default_value="", description="Namespace of all nodes and topics"),
    DeclareLaunchArgument("use_sim_time", default_value="false", description="Whether time comes from /clock"),
    DeclareLaunchArgument("params_file", default_value=str(DEFAULTS), description="Parameters of all nodes"),
    DeclareLaunchArgument("model_params_file", default_value="", description="Parameters that suit the model, over params_file"),
    DeclareLaunchArgument("robot", default_value="", description="Calibration file of the robot; empty: as params_file says"),
    DeclareLaunchArgument("model", default_value="", description="Folder of the world model; empty: as params_file says"),
    DeclareLaunchArgument("control_rate_hz", default_value="", description="Commands a second; empty: as params_file says"),
    DeclareLaunchArgument("autostart", default_value="true", description="Whether the controller configures and activates itself"),
    DeclareLaunchArgument("standby", default_value="true", description="Whether a second process brakes when the guard falls silent"),
    DeclareLaunchArgument("security", default_value="", description="Keystore of ./rehearse secure; empty: without SROS 2"),
    DeclareLaunchArgument("use_respawn", default_value="false", description="Whether a node that ended is started again"),
    DeclareLaunchArgument("log_level", default_value="info", description="debug, info, warn, error or fatal"),
]


def nodes(context):
    def value(name):
        return LaunchConfiguration(name).perform(context)

    def is_true(name):
        return IfCondition(LaunchConfiguration(name)).evaluate(context)

    # An argument that is left empty does not override params_file. Paths given as arguments are relative to where `ros2 launch` was
    # called; those inside params_file are absolute, or relative to there or to the package's folder.
    files = {name: str(Path(value(name)).resolve()) for name in ("robot", "model") if value(name)}
    params = [str(Path(value("params_file")).resolve())]
    suiting = [str(Path(value("model_params_file")).resolve())] if value("model_params_file") else []
    common = {"use_sim_time": is_true("use_sim_time")}

    keys = str(Path(value("security")).resolve()) if value("security") else ""
    secured = {"ROS_SECURITY_ENABLE": "true", "ROS_SECURITY_STRATEGY": "Enforce", "ROS_SECURITY_KEYSTORE": keys} if keys else {}

    def node(name, params, **parameters):
        return Node(
            package="rehearse",
            executable=name,
            name=name,
            namespace=value("namespace"),
            parameters=[*params, common, parameters] if parameters else [*params, common],
            remappings=[("/tf", "tf"), ("/tf_static", "tf_static")],
            arguments=["--ros-args", "--log-level", value("log_level"), *(["--enclave", f"/{name}"] if keys else [])],
            additional_env=secured,
            output="screen",
            emulate_tty=True,
            respawn=is_true("use_respawn"),
            respawn_delay=2.0,
        )

    # The guard has no model: it never learns which one is in use.
    guard = {name: file for name, file in files.items() if name == "robot"}
    rate = {"control_rate_hz": float(value("control_rate_hz"))} if value("control_rate_hz") else {}
    standby = [node("standby", params, **guard)] if is_true("standby") else []
    return [node("guard", params, **guard), *standby, node("controller", params + suiting, autostart=is_true("autostart"), **files, **rate)]


def generate_launch_description():
    return LaunchDescription([*ARGUMENTS, OpaqueFunction(function=nodes)])
