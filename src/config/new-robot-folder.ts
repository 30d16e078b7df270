import { newCameraFile } from "./new-camera-file.js";
import { newLaunchFile } from "./new-launch-file.js";
import { newReadme } from "./new-readme.js";
import type { NewRobot } from "./new-robot.js";
import { newRobotFile } from "./new-robot-file.js";
import { newTrainingFile } from "./new-training-file.js";
import { FOLDER_FILES } from "./robot-folder.js";

/** The text of every file of a new robot's folder, by its name. @param folder as commands name it, @param rehearse where the command is */
export function newRobotFolder(robot: NewRobot, folder: string, rehearse: string): Readonly<Record<string, string>> {
  return {
    [FOLDER_FILES.robot]: newRobotFile(robot.base, "rehearse new"),
    [FOLDER_FILES.camera]: newCameraFile({ name: robot.base.name, ...robot.picture, viewRad: robot.viewRad }),
    [FOLDER_FILES.training]: newTrainingFile(robot),
    [FOLDER_FILES.parameters]: parametersOf(robot),
    [FOLDER_FILES.launch]: newLaunchFile(robot.base.name),
    [FOLDER_FILES.readme]: newReadme(robot, folder, rehearse),
  };
}

/** Which robot this is, every command is told by the folder: a path in here would be wrong once the folder moves. */
function parametersOf({ base, stamped }: NewRobot): string {
  const type = stamped ? "TwistStamped" : "Twist";
  return `# Parameters of the nodes of ${base.name}: docs/reference/parameters.md lists all of them. \`/**/\` in a key matches every namespace.
# Limits of the robot are not here: they are in robot.yaml, which guard and controller read, and in code.
/**/controller:
  ros__parameters:
    control_rate_hz: 20.0 # 1 / control_period_s of robot.yaml, 1 / action.period_s of training.yaml
/**/guard:
  ros__parameters:
    enable_stamped_cmd_vel: ${stamped} # the base takes geometry_msgs/${type}
/**/standby:
  ros__parameters:
    enable_stamped_cmd_vel: ${stamped} # as the guard
`;
}
