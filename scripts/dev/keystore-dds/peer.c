/* One DDS participant with the keys of an enclave, by Eclipse Cyclone DDS and its security plugins.
 * usage: peer ENCLAVE_FOLDER|none DOMAIN pub|sub TOPIC SECONDS
 * Prints one word and ends: "no-participant", "refused" (the topic's reader or writer may not be made), or, when its time is over, "sent", or what it heard: "heard N". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "bool.h"
#include "dds/dds.h"

static void file_property(dds_qos_t *qos, const char *name, const char *folder, const char *file) {
  char value[4096];
  snprintf(value, sizeof value, "file:%s/%s", folder, file);
  dds_qset_prop(qos, name, value);
}

static void plugin(dds_qos_t *qos, const char *kind, const char *library, const char *what) {
  char name[128], value[128];
  snprintf(name, sizeof name, "dds.sec.%s.library.path", kind);
  dds_qset_prop(qos, name, library);
  snprintf(name, sizeof name, "dds.sec.%s.library.init", kind);
  snprintf(value, sizeof value, "init_%s", what);
  dds_qset_prop(qos, name, value);
  snprintf(name, sizeof name, "dds.sec.%s.library.finalize", kind);
  snprintf(value, sizeof value, "finalize_%s", what);
  dds_qset_prop(qos, name, value);
}

static int say(const char *word) {
  puts(word);
  fflush(stdout);
  _Exit(0);
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  const char *folder = argv[1], *role = argv[3], *topic_name = argv[4];
  const int seconds = atoi(argv[5]);
  dds_qos_t *qos = dds_create_qos();
  if (strcmp(folder, "none") != 0) {
    plugin(qos, "auth", "dds_security_auth", "authentication");
    plugin(qos, "access", "dds_security_ac", "access_control");
    plugin(qos, "crypto", "dds_security_crypto", "crypto");
    file_property(qos, "dds.sec.auth.identity_ca", folder, "identity_ca.cert.pem");
    file_property(qos, "dds.sec.auth.identity_certificate", folder, "cert.pem");
    file_property(qos, "dds.sec.auth.private_key", folder, "key.pem");
    file_property(qos, "dds.sec.access.permissions_ca", folder, "permissions_ca.cert.pem");
    file_property(qos, "dds.sec.access.governance", folder, "governance.p7s");
    file_property(qos, "dds.sec.access.permissions", folder, "permissions.p7s");
  }
  const dds_entity_t participant = dds_create_participant((dds_domainid_t)atoi(argv[2]), qos, NULL);
  if (participant < 0) return say("no-participant");
  const dds_entity_t topic = dds_create_topic(participant, &std_msgs_msg_dds__Bool__desc, topic_name, NULL, NULL);
  if (topic < 0) return say("refused");
  dds_qos_t *reliable = dds_create_qos();
  dds_qset_reliability(reliable, DDS_RELIABILITY_RELIABLE, DDS_SECS(1));
  const int publishes = strcmp(role, "pub") == 0;
  const dds_entity_t end = publishes ? dds_create_writer(participant, topic, reliable, NULL) : dds_create_reader(participant, topic, reliable, NULL);
  if (end < 0) return say("refused");
  int heard = 0;
  for (int i = 0; i < 20 * seconds; i++) {
    if (publishes) {
      std_msgs_msg_dds__Bool_ message = {.data = 1};
      dds_write(end, &message);
    } else {
      void *samples[1] = {NULL};
      dds_sample_info_t infos[1];
      while (dds_take(end, samples, infos, 1, 1) > 0) {
        heard += infos[0].valid_data;
        dds_return_loan(end, samples, 1);
      }
    }
    dds_sleepfor(DDS_MSECS(50));
  }
  char word[32];
  snprintf(word, sizeof word, publishes ? "sent" : "heard %d", heard);
  return say(word);
}
