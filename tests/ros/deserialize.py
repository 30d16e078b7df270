"""Takes {"type", "cdr": hex} a line, and answers with what ROS itself makes of it: {"text", "cdr"}, the latter serialised again."""

import importlib
import json
import sys

from rclpy.serialization import deserialize_message, serialize_message

for line in sys.stdin:
    request = json.loads(line)
    package, _, name = request["type"].split("/")
    message = deserialize_message(bytes.fromhex(request["cdr"]), getattr(importlib.import_module(f"{package}.msg"), name))
    print(json.dumps({"text": repr(message), "cdr": serialize_message(message).hex()}))
