"""An independent ROS 2 peer for the tests: rclpy, driven by one JSON object a line on stdin, answering on stdout.

in:  {"id", "op": "publish" | "subscribe" | "call" | "count" | "quit", "topic", "type", "message", "qos": "reliable" | "sensor" | "latched"}
out: {"id", "result"} or {"id", "error"} for each request; {"topic", "message"} for each message that a subscription takes
"""

import array
import importlib
import json
import sys
import threading

import numpy
import rclpy
from rclpy.node import Node
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy

QOS = {
    "reliable": QoSProfile(depth=10),
    "sensor": QoSProfile(depth=5, reliability=ReliabilityPolicy.BEST_EFFORT),
    "latched": QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL),
}

output = threading.Lock()


def say(thing: dict) -> None:
    with output:
        sys.stdout.write(json.dumps(thing) + "\n")
        sys.stdout.flush()


def load(name: str):
    package, kind, interface = name.split("/")
    return getattr(importlib.import_module(f"{package}.{kind}"), interface)


def to_plain(value):
    if hasattr(value, "get_fields_and_field_types"):
        return {field: to_plain(getattr(value, field)) for field in value.get_fields_and_field_types()}
    if isinstance(value, bytes):
        return value[0] if len(value) == 1 else list(value)
    if isinstance(value, (array.array, numpy.ndarray, list, tuple)):
        return [to_plain(item) for item in value]
    if isinstance(value, float) and value != value:
        return "nan"
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "inf" if value > 0 else "-inf"
    return value


def fill(message, fields: dict):
    for field, value in fields.items():
        current = getattr(message, field)
        if isinstance(value, dict):
            fill(current, value)
        elif isinstance(current, float):
            setattr(message, field, float(value))
        elif isinstance(current, (array.array, numpy.ndarray)):
            kind = current.typecode if isinstance(current, array.array) else None
            items = [float(item) if isinstance(item, str) else item for item in value]
            setattr(message, field, array.array(kind, items) if kind else items)
        elif isinstance(current, bytes):
            setattr(message, field, bytes([value]))
        elif isinstance(current, list) and value and isinstance(value[0], dict):
            slot = message.get_fields_and_field_types()[field]
            package, name = slot.removeprefix("sequence<").removesuffix(">").split("/")
            item = load(f"{package}/msg/{name}")
            setattr(message, field, [fill(item(), each) for each in value])
        else:
            setattr(message, field, value)
    return message


class Peer(Node):
    def __init__(self) -> None:
        super().__init__("peer")
        self.publishers_by_topic = {}
        self.clients_by_name = {}

    def serve(self, request: dict):
        return getattr(self, f"op_{request['op']}")(request)

    def op_advertise(self, request: dict):
        topic = request["topic"]
        if topic not in self.publishers_by_topic:
            self.publishers_by_topic[topic] = self.create_publisher(load(request["type"]), topic, QOS[request.get("qos", "reliable")])
        return None

    def op_publish(self, request: dict):
        self.op_advertise(request)
        message = fill(load(request["type"])(), request["message"])
        self.publishers_by_topic[request["topic"]].publish(message)

    def op_subscribe(self, request: dict):
        topic = request["topic"]
        self.create_subscription(
            load(request["type"]), topic, lambda message: say({"topic": topic, "message": to_plain(message)}), QOS[request.get("qos", "reliable")]
        )

    def op_count(self, request: dict):
        return {"publishers": self.count_publishers(request["topic"]), "subscribers": self.count_subscribers(request["topic"])}

    def op_call(self, request: dict):
        name, kind = request["topic"], load(request["type"])
        client = self.clients_by_name.get(name) or self.create_client(kind, name)
        self.clients_by_name[name] = client
        if not client.wait_for_service(timeout_sec=10):
            raise TimeoutError(f"no service {name}")
        future = client.call_async(fill(kind.Request(), request.get("message", {})))
        future.add_done_callback(lambda done: say({"id": request["id"], "result": to_plain(done.result())}))
        return NotImplemented


def main() -> None:
    rclpy.init()
    peer = Peer()
    spinner = threading.Thread(target=rclpy.spin, args=(peer,), daemon=True)
    spinner.start()
    say({"id": 0, "result": "ready"})
    for line in sys.stdin:
        request = json.loads(line)
        if request["op"] == "quit":
            break
        try:
            result = peer.serve(request)
        except Exception as error:  # the test wants to see it, whatever it is
            say({"id": request["id"], "error": repr(error)})
            continue
        if result is not NotImplemented:
            say({"id": request["id"], "result": result})
    rclpy.shutdown()
    spinner.join(timeout=2)


main()
