"""Starts an embedded world in the place of a robot, and with it everything of robot.launch.py, whose arguments it takes too."""

from pathlib import Path

import yaml
from ament_index_python.packages import get_package_share_directory
from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, IncludeLaunchDescription, OpaqueFunction
from launch.conditions import IfCondition
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node

SHARE = Path(get_package_share_directory("rehearse"))
LAUNCH = SHARE / "launch"

ARGUMENTS = [
    DeclareLaunchArgument("world", default_value="rooms", description="Which embedded world"),
    DeclareLaunchArgument("seed", default_value="0", description="Seed of the world's noise and starting places"),
    # These are robot.launch.py's too; the world needs them as well, or has another default.
    DeclareLaunchArgument("model", default_value="", description="Folder of the world model; empty: the one that ships for the world"),
    DeclareLaunchArgument("robot", default_value="", description="Calibration file of the robot; empty: the model's own"),
    DeclareLaunchArgument("namespace", default_value="", description="Namespace of all nodes and topics"),
    DeclareLaunchArgument("use_sim_time", default_value="false", description="Whether time comes from /clock"),
    DeclareLaunchArgument("params_file", default_value=str(LAUNCH / "params" / "rooms.yaml"), description="Parameters of all nodes"),
    DeclareLaunchArgument("security", default_value="", description="Keystore of ./rehearse secure; empty: without SROS 2"),
    DeclareLaunchArgument("use_respawn", default_value="false", description="Whether a node that ended is started again"),
    DeclareLaunchArgument("log_level", default_value="info", description="debug, info, warn, error or fatal"),
]


def of_world(name):
    """Launch arguments of robot.launch.py for the model that ships for a world: its folder, robot, control rate, and the parameters beside it."""
    model = SHARE / "models" / name / "base"
    description = model / "model.yaml"
    if not description.is_file():
        shipped = sorted(path.parents[1].name for path in SHARE.glob("models/*/base/model.yaml"))
        raise RuntimeError(f"no model ships for the world {name}: give model:= and robot:=, or one of {', '.join(shipped)} as world:=")
    said = yaml.safe_load(description.read_text())
    suiting = model / "controller.yaml"
    return {
        "model": str(model),
        "robot": str(SHARE / "calibration" / said["robot"] / "robot.yaml"),
        "control_rate_hz": str(round(1 / said["action"]["period_s"], 3)),
        "model_params_file": str(suiting) if suiting.is_file() else "",
    }


def processes(context):
    def value(name):
        return LaunchConfiguration(name).perform(context)

    given = {name: value(name) for name in ("model", "robot") if value(name)}
    arguments = given if len(given) == 2 else {**of_world(value("world")), **given}
    keys = str(Path(value("security")).resolve()) if value("security") else ""
    secured = {"ROS_SECURITY_ENABLE": "true", "ROS_SECURITY_STRATEGY": "Enforce", "ROS_SECURITY_KEYSTORE": keys} if keys else {}
    enclave = ["--enclave", "/simulation"] if keys else []
    world = Node(
        package="rehearse",
        executable="simulation",
        name="simulation",
        namespace=value("namespace"),
        parameters=[str(Path(value("params_file")).resolve()), {"seed": int(value("seed"))}],
        remappings=[("/tf", "tf"), ("/tf_static", "tf_static")],
        arguments=["--world", value("world"), "--ros-args", "--log-level", value("log_level"), *enclave],
        additional_env=secured,
        output="screen",
        emulate_tty=True,
        respawn=IfCondition(LaunchConfiguration("use_respawn")).evaluate(context),
        respawn_delay=2.0,
    )
    # An included launch file sees the arguments of the one that includes it, and those given here over them.
    robot = IncludeLaunchDescription(
        PythonLaunchDescriptionSource(str(LAUNCH / "robot.launch.py")), launch_arguments=arguments.items()
    )
    return [world, robot]


def generate_launch_description():
    return LaunchDescription([*ARGUMENTS, OpaqueFunction(function=processes)])
