"""Floods a running node, in one of many forms, as fast as this process can or at a rate that is given, and says how much it sent.

usage: flood.py FLOOD SECONDS"""

import os
import subprocess
import sys
import time

import rclpy
from geometry_msgs.msg import TwistStamped
from nav_msgs.msg import Odometry
from rclpy.qos import QoSProfile
from sensor_msgs.msg import LaserScan
from std_msgs.msg import Bool, Float64MultiArray
from std_srvs.srv import Trigger

flood, seconds = sys.argv[1], float(sys.argv[2])
end = time.monotonic() + seconds

if flood == "participants":
    # Each joins, is found by everybody, and vanishes without a word.
    once = "import os, rclpy; rclpy.init(); rclpy.create_node('stranger'); os._exit(0)"
    started = 0
    while time.monotonic() < end and started < 200:
        subprocess.run([sys.executable, "-c", once], check=True)
        started += 1
    print(started)
    os._exit(0)

rclpy.init()
node = rclpy.create_node("flood", start_parameter_services=False)


def publishers(*topics):
    return [(node.create_publisher(type(message), topic, QoSProfile(depth=1)), message) for topic, message in topics]


def scan(beams: int):
    message = LaserScan(angle_increment=1e-5, range_max=5.0)
    message.ranges.frombytes(bytes(4 * beams))
    return message


def numbers(count: int):
    message = Float64MultiArray()
    message.data.frombytes(bytes(8 * count))
    return message


def odometry(letters: int):
    message = Odometry(child_frame_id="x" * letters)
    message.header.frame_id = message.child_frame_id
    return message


per_second = 0.0
sending = []
if flood == "beams":
    sending = publishers(("/scan", scan(1_000_000)))
elif flood == "8-mb":
    sending = publishers(("/scan", scan(2_000_000)), ("/model_uncertainty", numbers(1_000_000)), ("/doubt", numbers(1_000_000)), ("/odom", odometry(4_000_000)))
elif flood == "small":
    sending = publishers(("/odom", odometry(4)), ("/model_uncertainty", numbers(2)), ("/estop", Bool()))
    per_second = 5000
elif flood == "arrays":
    sending = publishers(("/model_uncertainty", numbers(20_000)), ("/doubt", numbers(20_000)), ("/scan", scan(20_000)))
elif flood == "frame-ids":
    stamped = TwistStamped()
    stamped.header.frame_id = "x" * 1_000_000
    sending = publishers(("/odom", odometry(1_000_000)), ("/cmd_vel_proposed", stamped))
elif flood != "clients":
    sys.exit(f"no flood {flood}")

time.sleep(1)
end = time.monotonic() + seconds
began = time.monotonic()
sent = 0
while time.monotonic() < end:
    if flood == "clients":
        client = node.create_client(Trigger, "/estop_reset")
        client.wait_for_service(timeout_sec=1)
        client.call_async(Trigger.Request())
        node.destroy_client(client)
        sent += 1
        if sent >= 1000:
            break
        continue
    for publisher, message in sending:
        publisher.publish(message)
        sent += 1
    if per_second > 0:
        time.sleep(max(0.0, began + sent / per_second - time.monotonic()))
print(sent, flush=True)
os._exit(0)
