"""Clients that call services and are gone before the answer, as after Ctrl-C. usage: vanish.py TIMES TYPE=NAME…"""

import importlib
import sys
import time

import rclpy

times, *services = sys.argv[1:]


def load(kind: str):
    package, _, interface = kind.split("/")
    return getattr(importlib.import_module(f"{package}.srv"), interface)


calls = [service.split("=") for service in services for _ in range(int(times))]
clients = []
for kind, name in calls:
    context = rclpy.Context()
    rclpy.init(context=context)
    clients.append((context, rclpy.create_node("vanishing", context=context, start_parameter_services=False), load(kind), name))
time.sleep(1)  # the processes know of one another; of the clients, nobody yet
for i, (context, node, service, name) in enumerate(clients):
    client = node.create_client(service, name)
    if not client.wait_for_service(timeout_sec=10):
        sys.exit(f"no service {name}")
    for _ in range(3):
        client.call_async(service.Request())
    time.sleep([0, 0.001, 0.003, 0.01][i % 4])
    node.destroy_client(client)
    node.destroy_node()
    rclpy.shutdown(context=context)
