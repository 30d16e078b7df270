"""Starts an embedded world in the place of a robot, and with it everything of robot.launch.py, whose arguments it takes too."""

from pathlib import Path

from ament_index_python.packages import get_package_share_directory
from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument, IncludeLaunchDescription
from launch.launch_description_sources import PythonLaunchDescriptionSource
from launch.substitutions import LaunchConfiguration
from launch_ros.actions import Node
from launch_ros.parameter_descriptions import ParameterValue

SHARE = Path(get_package_share_directory("rehearse"))
LAUNCH = SHARE / "launch"

ARGUMENTS = [
    DeclareLaunchArgument("world", default_value="rooms", description="Which embedded world"),
    DeclareLaunchArgument("seed", default_value="0", description="Seed of the world's noise and starting places"),
    # These are robot.launch.py's too; the world needs them as well, or has another default.
    DeclareLaunchArgument("namespace", default_value="", description="Namespace of all nodes and topics"),
    DeclareLaunchArgument("use_sim_time", default_value="false", description="Whether time comes from /clock"),
    DeclareLaunchArgument("params_file", default_value=str(LAUNCH / "params" / "rooms.yaml"), description="Parameters of all nodes"),
    DeclareLaunchArgument("use_respawn", default_value="false", description="Whether a node that ended is started again"),
    DeclareLaunchArgument("log_level", default_value="info", description="debug, info, warn, error or fatal"),
]


def generate_launch_description():
    world = Node(
        package="rehearse",
        executable="simulation",
        name="simulation",
        namespace=LaunchConfiguration("namespace"),
        parameters=[
            LaunchConfiguration("params_file"),
            {"seed": ParameterValue(LaunchConfiguration("seed"), value_type=int)},
        ],
        remappings=[("/tf", "tf"), ("/tf_static", "tf_static")],
        arguments=["--world", LaunchConfiguration("world"), "--ros-args", "--log-level", LaunchConfiguration("log_level")],
        cwd=str(SHARE),
        output="screen",
        emulate_tty=True,
        respawn=LaunchConfiguration("use_respawn"),
        respawn_delay=2.0,
    )
    # An included launch file sees the arguments of the one that includes it.
    robot = IncludeLaunchDescription(PythonLaunchDescriptionSource(str(LAUNCH / "robot.launch.py")))
    return LaunchDescription([*ARGUMENTS, world, robot])
