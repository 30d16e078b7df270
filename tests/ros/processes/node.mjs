// A controller (or guard, or bare connection) in a process of its own, for tests of how it ends. Says "ready" once it runs.
// Arguments: folder of the compiled sources, what to be, what to do wrong.
const [folder, kind, fault] = process.argv.slice(2);
const { openRos } = await import(`${folder}/ros/rcl/context.js`);
const { ControllerNode } = await import(`${folder}/ros/nodes/controller-node.js`);
const { GuardNode } = await import(`${folder}/ros/nodes/guard-node.js`);

const moving = { kind: "twist", vxMps: 0.5, vyMps: 0, yawRateRps: 0 };
const ros = await openRos({ stopTimeoutMs: 1000 });

if (kind === "controller") {
  const node = new ControllerNode(ros, {
    hooks: {
      onConfigure: () => new Promise((resolve) => setTimeout(resolve, 50)),
      onActivate: () => undefined,
      onDeactivate: () => (fault === "hangs" ? new Promise(() => undefined) : undefined),
      onCleanup: () => undefined,
      onCancel: () => undefined,
      onPause: () => undefined,
      onResume: () => undefined,
      diagnose: () => ({ level: "ok", message: "", values: {} }),
    },
  });
  await node.start();
  setInterval(() => node.command(moving), 20);
} else if (kind === "guard") {
  new GuardNode(ros, {
    createGuard: () => ({
      onCommand: () => undefined,
      onBody: () => undefined,
      onScan: () => undefined,
      onEmergencyStop: () => undefined,
      reset: () => true,
      tick: () => ({ verdict: { kind: "pass", command: moving }, emergencyStopped: false, counts: {} }),
    }),
  }).start();
}

if (fault === "crashes") setTimeout(() => Promise.reject(new Error("on purpose")), 500);
console.log("ready");
if (kind === "bare") void ros.shutdown("done");
const reason = await ros.stopped;
console.log(`stopped: ${reason}`);
process.exit();
