import { BagReader } from "../recording/bag-reader.js";

/** What is in a bag, from its index, one line a topic; and where it is damaged. @throws RehearseError RH-BAG-MISSING, RH-BAG-READ, RH-BAG-FORMAT */
export async function bagInfo(path: string): Promise<string> {
  const bag = await BagReader.open(path);
  const durationS = Number(bag.endNs - bag.startNs) / 1e9;
  const messages = bag.topics.reduce((sum, topic) => sum + topic.messages, 0);
  const width = Math.max(5, ...bag.topics.map(({ name }) => name.length));
  const rate = (count: number) => (durationS > 0 ? `${(count / durationS).toFixed(2)} Hz` : "");
  return [
    `Files:     ${bag.files.map((file) => file.path).join(", ")}`,
    `Duration:  ${durationS.toFixed(3)} s`,
    `Start:     ${time(bag.startNs)}`,
    `End:       ${time(bag.endNs)}`,
    `Messages:  ${messages}`,
    ...bag.damage.map(({ path: file, byte, reason }) => `Damage:    ${file} at byte ${byte}: ${reason}`),
    "Topics:",
    ...bag.topics
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(
        ({ name, type, messages: count, qos }) =>
          `  ${name.padEnd(width)}  ${String(count).padStart(7)}  ${rate(count).padStart(10)}  ${type}  ${qos.reliability.replace("_", " ")}, ${qos.durability.replace("_", " ")}`,
      ),
  ].join("\n");
}

function time(ns: bigint): string {
  return `${new Date(Number(ns / 1_000_000n)).toISOString()} (${ns / 1_000_000_000n}.${String(ns % 1_000_000_000n).padStart(9, "0")})`;
}
