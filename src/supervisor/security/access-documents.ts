import type { Enclave } from "./enclaves.js";

/** Where an enclave's rights hold. */
export interface Scope {
  readonly domainId: number;
  /** Of the nodes; empty: none. */
  readonly namespace: string;
  /** Topics under other names than the table's. */
  readonly renamed: Readonly<Record<string, string>>;
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
const SCHEMAS = "http://www.omg.org/spec/DDS-SECURITY/20170901";

/** What holds for the whole domain (DDS Security 1.1, 9.4.1.2): nobody without a key takes part, everything is encrypted, every topic needs a right. */
export function governance({ domainId }: Pick<Scope, "domainId">): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<dds ${XSI} xsi:noNamespaceSchemaLocation="${SCHEMAS}/omg_shared_ca_governance.xsd">
  <domain_access_rules>
    <domain_rule>
      <domains><id>${domainId}</id></domains>
      <allow_unauthenticated_participants>false</allow_unauthenticated_participants>
      <enable_join_access_control>true</enable_join_access_control>
      <discovery_protection_kind>ENCRYPT</discovery_protection_kind>
      <liveliness_protection_kind>ENCRYPT</liveliness_protection_kind>
      <rtps_protection_kind>ENCRYPT</rtps_protection_kind>
      <topic_access_rules>
        <topic_rule>
          <topic_expression>*</topic_expression>
          <enable_discovery_protection>true</enable_discovery_protection>
          <enable_liveliness_protection>true</enable_liveliness_protection>
          <enable_read_access_control>true</enable_read_access_control>
          <enable_write_access_control>true</enable_write_access_control>
          <metadata_protection_kind>ENCRYPT</metadata_protection_kind>
          <data_protection_kind>ENCRYPT</data_protection_kind>
        </topic_rule>
      </topic_access_rules>
    </domain_rule>
  </domain_access_rules>
</dds>
`;
}

/** What one enclave may do (DDS Security 1.1, 9.4.1.3); whatever is not listed is denied. */
export function permissions(enclave: Enclave, scope: Scope): string {
  const { publish, subscribe } = topicsOf(enclave, scope);
  const list = (what: string, topics: readonly string[]) =>
    `        <${what}>\n          <topics>\n${topics.map((topic) => `            <topic>${xml(topic)}</topic>\n`).join("")}          </topics>\n        </${what}>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<dds ${XSI} xsi:noNamespaceSchemaLocation="${SCHEMAS}/omg_shared_ca_permissions.xsd">
  <permissions>
    <grant name="${xml(`/${enclave.name}`)}">
      <subject_name>CN=${xml(`/${enclave.name}`)}</subject_name>
      <validity>
        <not_before>${xmlTime(scope.notBefore)}</not_before>
        <not_after>${xmlTime(scope.notAfter)}</not_after>
      </validity>
      <allow_rule>
        <domains><id>${scope.domainId}</id></domains>
${list("publish", publish)}${list("subscribe", subscribe)}      </allow_rule>
      <default>DENY</default>
    </grant>
  </permissions>
</dds>
`;
}

/** The DDS topics of an enclave: ROS puts `rt` before a topic's name, `rq` and `rr` before a service's request and reply. */
export function topicsOf(enclave: Enclave, scope: Pick<Scope, "namespace" | "renamed">): { publish: string[]; subscribe: string[] } {
  const path = (name: string): string => {
    const moved = scope.renamed[name] ?? name;
    if (moved.startsWith("/")) return moved;
    return scope.namespace === "" || moved === "*" ? `/${moved}` : `/${scope.namespace}/${moved}`;
  };
  const topic = (name: string) => `rt${path(name)}`;
  const requests = (names: readonly string[]) => names.map((name) => `rq${path(name)}Request`);
  const replies = (names: readonly string[]) => names.map((name) => `rr${path(name)}Reply`);
  // The node's name and log, which every node publishes, and which nodes there are, which every process must know.
  const [graph, said] = ["ros_discovery_info", ["rt/rosout", "rt/parameter_events"]];
  return {
    publish: sorted([graph, ...said, ...enclave.publishes.map(topic), ...requests(enclave.calls), ...replies(enclave.serves)]),
    subscribe: sorted([
      graph,
      "rt/parameter_events",
      ...enclave.subscribes.map(topic),
      ...replies(enclave.calls),
      ...requests(enclave.serves),
    ]),
  };
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

/** Without fractions and zone, as the standard's examples; it counts as UTC. */
function xmlTime(time: Date): string {
  return time.toISOString().slice(0, 19);
}

function xml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
