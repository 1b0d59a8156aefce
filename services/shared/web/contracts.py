"""The contracts that others build on: OpenAPI of the routes, AsyncAPI of the events, both made from the code."""

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic.json_schema import models_json_schema

from schemas.envelope import type_name
from schemas.topics import TOPICS, Topic
from services.shared.identity import anyone
from services.shared.web.openapi import openapi_of

HEADERS = {
    "type": "object",
    "description": "CloudEvents 1.0, binary content mode: each attribute is a Kafka header of UTF-8 text",
    "required": ["ce_specversion", "ce_id", "ce_type", "ce_source", "ce_time"],
    "properties": {
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": {"type": "string", "format": "uuid"},
        "ce_type": {"type": "string"},
        "ce_source": {"type": "string", "description": "the service that said it"},
        "ce_time": {"type": "string", "format": "date-time", "description": "when it happened, UTC"},
        "ce_subject": {"type": "string"},
        "ce_partitionkey": {"type": "string"},
        "ce_correlationid": {"type": "string", "description": "one id from the tablet to the control room"},
        "ce_causedby": {"type": "string", "format": "uuid"},
        "content-type": {"type": "string", "const": "application/json"},
    },
}


def _channel(topic: Topic) -> dict[str, Any]:
    name = topic.event.__name__
    words = (topic.event.__doc__ or "").strip()
    return {
        "address": topic.name,
        "summary": words.splitlines()[0],
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {"retention.ms": topic.retention_days * 24 * 60 * 60 * 1000},
            }
        },
        "x-restricted": topic.restricted,
    }


def _message(topic: Topic) -> dict[str, Any]:
    return {
        "name": type_name(topic.event),
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/CloudEventHeaders"},
        "payload": {"$ref": f"#/components/schemas/{topic.event.__name__}"},
        "bindings": {"kafka": {"key": {"type": "string", "description": topic.key}}},
    }


def asyncapi() -> dict[str, Any]:
    """Return the AsyncAPI 3.0 document of every event, made from the map of topics."""
    _, schemas = models_json_schema(
        [(topic.event, "validation") for topic in TOPICS], ref_template="#/components/schemas/{model}"
    )
    operations: dict[str, Any] = {}
    for topic in TOPICS:
        channel = {"$ref": f"#/channels/{topic.name}"}
        operations[f"{topic.said_by}-says-{topic.name}"] = {"action": "send", "channel": channel}
        for service in topic.heard_by:
            operations[f"{service}-hears-{topic.name}"] = {"action": "receive", "channel": channel}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "RAVI events",
            "version": version("ravi"),
            "description": "What the services of RAVI say to each other, over Kafka or straight from the event log.",
        },
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in TOPICS},
        "operations": operations,
        "components": {
            "messages": {topic.event.__name__: _message(topic) for topic in TOPICS},
            "schemas": {"CloudEventHeaders": HEADERS, **schemas.get("$defs", {})},
        },
    }


def contracts_router() -> APIRouter:
    """Return the routes that serve both documents."""
    router = APIRouter(prefix="/api", tags=["contracts"], dependencies=[anyone()])

    @router.get("/openapi.json", include_in_schema=False)
    async def openapi_document(request: Request) -> JSONResponse:
        """Return the OpenAPI document of the routes this process serves."""
        return JSONResponse(openapi_of(request.app))

    @router.get("/asyncapi.json", include_in_schema=False)
    async def asyncapi_document() -> JSONResponse:
        """Return the AsyncAPI document."""
        return JSONResponse(asyncapi())

    return router
