"""Sends a running node what nobody should, to every topic that it hears and every service that it offers, as the graph has them at that moment:
messages with fields of all kinds, cut and flipped bytes in place of messages, large things, and clients that are gone before the answer.
Says what it did as one line of JSON.

usage: fuzz.py NODE MESSAGES SEED"""

import array
import importlib
import json
import os
import random
import sys
import time

import rclpy
from rclpy.qos import DurabilityPolicy, QoSProfile
from rclpy.serialization import serialize_message

name, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
chance = random.Random(seed)
NUMBERS = [0.0, -0.0, 1.0, -1.0, float("nan"), float("inf"), float("-inf"), 1e308, -1e308, 5e-324]
LARGE_EVERY = 500
LARGE = 50_000
# A service is called once for so many messages: each call is answered, or costs its client's end.
CALL_EVERY = 20


def load(kind: str):
    package, folder, interface = kind.split("/")
    return getattr(importlib.import_module(f"{package}.{folder}"), interface)


def length(large: bool) -> int:
    return LARGE if large else chance.choice([0, 0, 1, 2, 3, 7, 30])


def text(large: bool) -> str:
    letters = chance.choice(["a", "odom", "", "\u00e9", "\U0001f600", "/", "use_sim_time", "\x7f", "a b"])
    return letters * length(large)


def value_of(kind: str, large: bool):
    if kind.startswith("sequence<"):
        inner = kind.removeprefix("sequence<").removesuffix(">").split(",")[0]
        n = length(large)
        return [value_of(inner, False) for _ in range(n if "/" not in inner else min(n, 2000))]
    if kind.endswith("]"):
        inner, n = kind[:-1].split("[")
        return [value_of(inner, False) for _ in range(int(n))]
    if kind == "boolean":
        return chance.random() < 0.5
    if kind in ("float", "double"):
        number = chance.choice(NUMBERS + [chance.gauss(0, 1)] * 10)
        return number if kind == "double" or abs(number) < 1e38 or number != number or abs(number) == float("inf") else 3e38
    if kind in ("octet", "byte"):
        return bytes([chance.randrange(256)])
    if "int" in kind and "/" not in kind:
        bits = int(kind.removeprefix("u").removeprefix("int"))
        low, high = (0, 2**bits - 1) if kind.startswith("u") else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
        return chance.choice([low, high, 0 if low == 0 else -1, 1, chance.randint(low, high), chance.randint(max(low, -10), min(high, 10))])
    if kind.startswith("string") or kind.startswith("wstring"):
        return text(large)
    package, interface = kind.split("/")[0], kind.split("/")[-1]
    return fill(load(f"{package}/msg/{interface}")(), large)


def fill(message, large: bool):
    for field, kind in message.get_fields_and_field_types().items():
        if kind == "builtin_interfaces/Time" and chance.random() < 0.5:
            now = time.time_ns()
            message.__getattribute__(field).sec, message.__getattribute__(field).nanosec = now // 10**9, now % 10**9
            continue
        value = value_of(kind, large and chance.random() < 0.5)
        try:
            setattr(message, field, value)
        except (AssertionError, TypeError, ValueError, OverflowError, UnicodeEncodeError):
            current = getattr(message, field)
            if isinstance(current, array.array):
                setattr(message, field, array.array(current.typecode))
    return message


def mutated(message) -> bytes:
    cdr = bytearray(serialize_message(message))
    # The first four bytes say how the rest is encoded; near them are stamps and lengths.
    for _ in range(chance.randint(1, 8)):
        if len(cdr) > 4:
            cdr[chance.randrange(4, chance.choice([min(len(cdr), 24), len(cdr)]))] = chance.choice([0, 1, 127, 128, 255])
    return bytes(cdr[: chance.choice([len(cdr), len(cdr), chance.randint(4, len(cdr))])])


rclpy.init()
node = rclpy.create_node("fuzz", start_parameter_services=False)
end = time.monotonic() + 20
while name not in node.get_node_names():
    if time.monotonic() > end:
        sys.exit(f"no node {name}")
    time.sleep(0.1)
time.sleep(1)
# cmd_vel is the guard's own: whoever else speaks there stops the robot, which is another test's.
topics = [
    (topic, load(kinds[0]))
    for topic, kinds in node.get_subscriber_names_and_types_by_node(name, "/")
    if not (name == "guard" and topic in ("/cmd_vel", "/clock"))
]
services = [(service, load(kinds[0])) for service, kinds in node.get_service_names_and_types_by_node(name, "/")]
# Reliable ones are heard by every subscription.
qos = [QoSProfile(depth=5), QoSProfile(depth=1, durability=DurabilityPolicy.TRANSIENT_LOCAL)]
publishers = [(node.create_publisher(kind, topic, profile), kind) for topic, kind in topics for profile in qos]
time.sleep(1)
sent = raw = large_ones = calls = 0
began = time.monotonic()
while sent < count:
    publisher, kind = chance.choice(publishers)
    large = sent % LARGE_EVERY == LARGE_EVERY - 1
    message = fill(kind(), large)
    if chance.random() < 0.5:
        publisher.publish(mutated(message))
        raw += 1
    else:
        publisher.publish(message)
    large_ones += large
    sent += 1
    if services and sent % CALL_EVERY == 0:
        service, service_kind = chance.choice(services)
        # Not what would end or stop what is tested by right.
        if not service.endswith("/change_state"):
            client = node.create_client(service_kind, service)
            if client.service_is_ready() or chance.random() < 0.5:
                client.call_async(fill(service_kind.Request(), sent % (10 * CALL_EVERY) == 0))
                calls += 1
            node.destroy_client(client)
    # As fast as a network would; what a flood does has a test of its own.
    if sent % 10 == 0:
        time.sleep(0.004)
took = time.monotonic() - began
time.sleep(1)
print(
    json.dumps(
        {
            "topics": [topic for topic, _ in topics],
            "services": [service for service, _ in services],
            "sent": sent,
            "raw": raw,
            "large": large_ones,
            "calls": calls,
            "tookS": round(took, 1),
        }
    ),
    flush=True,
)
os._exit(0)
