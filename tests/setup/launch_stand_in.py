"""Runs a launch file with stand-ins for ROS's launch packages, and prints what each node would be started with.

Usage: launch_stand_in.py SHARE FILE [name:=value ...]
"""

import json
import runpy
import sys
import types
from pathlib import Path

share, file, *arguments = sys.argv[1:]
nodes = []


class Context:
    def __init__(self, values):
        self.values = dict(values)


class LaunchConfiguration:
    def __init__(self, name):
        self.name = name

    def perform(self, context):
        return context.values[self.name]


class DeclareLaunchArgument:
    def __init__(self, name, default_value, description):
        self.name, self.default = name, default_value

    def run(self, context):
        context.values.setdefault(self.name, self.default)


class OpaqueFunction:
    def __init__(self, function):
        self.function = function

    def run(self, context):
        for action in self.function(context):
            action.run(context)


class IfCondition:
    def __init__(self, value):
        self.value = value

    def evaluate(self, context):
        text = self.value.perform(context).lower()
        if text not in ("true", "false", "1", "0"):
            raise ValueError(text)
        return text in ("true", "1")


class Node:
    def __init__(self, **options):
        self.options = options

    def run(self, context):
        nodes.append(self.options)


class LaunchDescription:
    def __init__(self, actions):
        self.actions = actions

    def run(self, context):
        for action in self.actions:
            action.run(context)


class IncludeLaunchDescription:
    def __init__(self, source, launch_arguments=()):
        self.source, self.arguments = source, launch_arguments

    def run(self, context):
        context.values.update(self.arguments)
        runpy.run_path(self.source)["generate_launch_description"]().run(context)


def module(name, **members):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__dict__.update(members)


module("launch", LaunchDescription=LaunchDescription)
module(
    "launch.actions",
    DeclareLaunchArgument=DeclareLaunchArgument,
    OpaqueFunction=OpaqueFunction,
    IncludeLaunchDescription=IncludeLaunchDescription,
)
module("launch.conditions", IfCondition=IfCondition)
module("launch.substitutions", LaunchConfiguration=LaunchConfiguration)
module("launch.launch_description_sources", PythonLaunchDescriptionSource=str)
module("launch_ros")
module("launch_ros.actions", Node=Node)
module("ament_index_python")
module("ament_index_python.packages", get_package_share_directory=lambda name: share)

given = dict(argument.split(":=", 1) for argument in arguments)
runpy.run_path(str(Path(file).resolve()))["generate_launch_description"]().run(Context(given))
print(json.dumps(nodes))
