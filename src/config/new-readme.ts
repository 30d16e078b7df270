import type { NewRobot } from "./new-robot.js";

/** The next steps with a robot, as commands to copy. @param folder as commands name it, @param rehearse where the command is */
export function newReadme(robot: NewRobot, folder: string, rehearse: string): string {
  const { base, picture, topics, stamped, urdf, wheels } = robot;
  const ours = { image: topics.image, odom: topics.odometry, scan: topics.scan, cmd_vel: topics.command };
  const recorded = Object.values(ours).join(",");
  const remaps = Object.entries(ours)
    .map(([own, topic]) => (topic === `/${own}` ? "" : ` -r ${own}:=${topic}`))
    .join("");
  const from = urdf ? `\nFrom ${urdf.path}: ${read(robot).join(", ")}.\n${urdf.notes.map((note) => `- ${note}\n`).join("")}` : "";
  return `# ${base.name}

| file | what it says | who reads it |
|---|---|---|
| \`robot.yaml\` | footprint, limits, response, where scanner and camera are | guard, standby, controller, training |
| \`camera.yaml\` | the picture's size, ${picture.widthPx} × ${picture.heightPx} px, and the lens | people |
| \`training.yaml\` | names of the topics, action ranges, networks | training, and \`robot.launch.py\` for the topics |
| \`parameters.yaml\` | parameters of the nodes; the base takes \`geometry_msgs/${stamped ? "TwistStamped" : "Twist"}\` | guard, standby, controller |
| \`robot.launch.py\` | the same for \`ros2 launch\` | |
${from}${wheels ? `\nWheels: ${mm(wheels.radiusM)} mm in radius, ${mm(wheels.separationM)} mm apart.\n` : ""}
## Next

Make every number of \`robot.yaml\` true, and where you are not sure, choose the worse value: everything that the guard promises follows from it. The robot's driver publishes \`${topics.image}\`, \`${topics.odometry}\`${base.scanner ? `, \`${topics.scan}\`` : ""}
and listens to \`${topics.command}\`, on which nobody else may publish. \`${topics.image}\` must be ${picture.widthPx} × ${picture.heightPx} px. Then, with the motors off or the wheels in the air:

\`\`\`sh
${rehearse} node guard --ros-args --params-file ${folder}/parameters.yaml -p robot:=${folder}${remaps}   # terminal 1
${rehearse} drive                                   # terminal 2: keyboard, through the guard
${rehearse} record ${folder}/bags/first --topics ${recorded}   # terminal 3: while you drive; Ctrl-C ends it
${rehearse} bag ${folder}/bags/first --config ${folder} --picture ${folder}/bags/first.png   # can it teach anything?
${rehearse} train ${folder}/bags/first --config ${folder} --out ${folder}/models/first
${rehearse} node controller --ros-args --params-file ${folder}/parameters.yaml -p robot:=${folder} -p model:=${folder}/models/first${remaps}   # in place of drive
${rehearse} goal 1.0 0.0                            # metres in the odometry frame
\`\`\`

How each number is measured, and what goes wrong: \`docs/guides/bring-your-own-robot.md\` of Rehearse. What keeps people safe, and what does not: \`docs/reference/safety.md\`. Read that first.
`;
}

function read({ base, wheels }: NewRobot): string[] {
  return [
    base.polygonM ? "footprint" : "footprint (a disc)",
    ...(wheels ? ["wheels"] : []),
    ...(base.scanner ? [`scanner ${base.scanner.frame}`] : []),
    ...(base.camera ? [`camera ${base.camera.frame}`] : []),
  ];
}

function mm(valueM: number): string {
  return (1000 * valueM).toFixed(0);
}
