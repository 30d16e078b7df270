# Rehearse as a container, on ROS 2 Jazzy. Another ROS 2: --build-arg FROM_IMAGE=ros:humble (or kilted, …).
#   docker build -t rehearse .
#   docker run --rm --net host rehearse                                               the embedded world, controller and guard
#   docker run --rm --net host -v "$PWD/my-robot:/robot" rehearse \
#     ros2 launch rehearse robot.launch.py params_file:=/robot/params.yaml            on a robot
# For a controller that is not kept waiting by other processes: --cap-add=sys_nice --ulimit rtprio=99 --ulimit memlock=-1
ARG FROM_IMAGE=ros:jazzy
ARG NODE_IMAGE=node:22-bookworm-slim

FROM ${NODE_IMAGE} AS node

# The distribution's own Node.js is older than rclnodejs needs.
FROM ${FROM_IMAGE} AS base
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/include/node /usr/local/include/node
COPY --from=node /usr/local/lib/node_modules/npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
  && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \
  && node -e 'const [a, b, c] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && (b > 20 || (b === 20 && c >= 2))) ? 0 : 1)'

FROM base AS builder
WORKDIR /opt/overlay_ws
# What the package needs is installed before its sources are copied: a change of the sources leaves this layer as it is.
COPY package.xml src/rehearse/
RUN apt-get update \
  && apt-get install -y --no-install-recommends build-essential python3-colcon-common-extensions python3-rosdep \
  && rosdep update --rosdistro "$ROS_DISTRO" \
  && rosdep install --from-paths src --ignore-src --rosdistro "$ROS_DISTRO" -y \
  && rm -rf /var/lib/apt/lists/*
COPY . src/rehearse/
RUN . "/opt/ros/$ROS_DISTRO/setup.sh" && colcon build --event-handlers console_direct+

FROM base AS runner
WORKDIR /opt/overlay_ws
COPY package.xml src/rehearse/
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3-rosdep \
  && rosdep update --rosdistro "$ROS_DISTRO" \
  && rosdep install --from-paths src --ignore-src --rosdistro "$ROS_DISTRO" --dependency-types=exec -y \
  && rm -rf /var/lib/apt/lists/* src
COPY --from=builder /opt/overlay_ws/install install
RUN sed -i '/^exec /i source /opt/overlay_ws/install/setup.bash --' /ros_entrypoint.sh \
  && grep -q overlay_ws /ros_entrypoint.sh
# What ros2 launch passes on to the nodes: the guard sends its stop, then everything ends.
STOPSIGNAL SIGINT
CMD ["ros2", "launch", "rehearse", "simulation.launch.py"]
