"""Make the topics of the map in Kafka, with the partitions and retention it declares."""

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from schemas.topics import TOPICS, Topic

DAY_MS = 24 * 60 * 60 * 1000


def declared(topic: Topic, brokers: int) -> NewTopic:
    """Return a topic as Kafka has to make it: three copies where there are three brokers."""
    copies = min(3, brokers)
    return NewTopic(
        name=topic.name,
        num_partitions=topic.partitions,
        replication_factor=copies,
        topic_configs={
            "cleanup.policy": "delete",
            "retention.ms": str(topic.retention_days * DAY_MS),
            "min.insync.replicas": str(max(1, copies - 1)),
        },
    )


async def ensure_topics(kafka: str) -> list[str]:
    """Make every topic that is missing and return the names of those made.

    Raises `RuntimeError` if a topic exists with another number of partitions: that would break the order of keys.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.split(","), client_id="ravi-topics")
    await admin.start()
    try:
        brokers = len((await admin.describe_cluster())["brokers"])
        known = {found["topic"]: found for found in await admin.describe_topics()}
        missing = [topic for topic in TOPICS if topic.name not in known]
        for topic in TOPICS:
            if topic.name in known and len(known[topic.name]["partitions"]) != topic.partitions:
                raise RuntimeError(
                    f"{topic.name} has {len(known[topic.name]['partitions'])} partitions in Kafka and "
                    f"{topic.partitions} on the map: changing it would break the order of keys"
                )
        if missing:
            answer = await admin.create_topics([declared(topic, brokers) for topic in missing])
            for name, code, *words in answer.topic_errors:
                if code not in (0, TopicAlreadyExistsError.errno):
                    raise RuntimeError(f"Kafka would not make {name}: {for_code(code).__name__} {words}")
        return [topic.name for topic in missing]
    finally:
        await admin.close()
