"""Reads a bag with the MCAP project's own Python packages and prints what it finds as JSON: an independent judge of what is written here."""

import json
import sys

from mcap.reader import make_reader
from mcap_ros2.decoder import DecoderFactory


def plain(value):
    if isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return list(value)
    if hasattr(value, "__slots__"):
        return {name.lstrip("_"): plain(getattr(value, name)) for name in value.__slots__}
    return [plain(item) for item in value]


with open(sys.argv[1], "rb") as file:
    reader = make_reader(file, validate_crcs=True, decoder_factories=[DecoderFactory()])
    summary = reader.get_summary()
    messages = [
        {"topic": channel.topic, "type": schema.name, "log_ns": str(message.log_time), "publish_ns": str(message.publish_time), "message": plain(ros)}
        for schema, channel, message, ros in reader.iter_decoded_messages()
    ]
    print(
        json.dumps(
            {
                "profile": reader.get_header().profile,
                "counts": {summary.channels[id].topic: count for id, count in summary.statistics.channel_message_counts.items()},
                "chunks": summary.statistics.chunk_count,
                "metadata": {record.name: record.metadata for record in reader.iter_metadata()},
                "messages": messages,
            }
        )
    )
