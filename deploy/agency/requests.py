"""Requests that aiokafka does not have, or has in a version that it writes wrongly.

Layouts are those of Apache Kafka's message definitions: DescribeAcls v1, CreateAcls v1, DeleteAcls v1,
DescribeUserScramCredentials v0, AlterUserScramCredentials v0 (KIP-554), AlterClientQuotas v0 (KIP-546).
"""

from typing import Any

from aiokafka.protocol.admin import CreateAclsRequest_v1, DeleteAclsRequest_v1, DescribeAclsRequest_v1
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import (
    Array,
    Boolean,
    CompactArray,
    CompactBytes,
    CompactString,
    Float64,
    Int8,
    Int16,
    Int32,
    Schema,
    String,
    TaggedFields,
)

_ERROR = (("error_code", Int16), ("error_message", CompactString("utf-8")))


class _AlterScramAnswer(Response):  # type: ignore[misc]  # aiokafka is untyped
    API_KEY = 51
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("results", CompactArray(("user", CompactString("utf-8")), *_ERROR, ("tags", TaggedFields))),
        ("tags", TaggedFields),
    )


class _AlterScram(RequestStruct):  # type: ignore[misc]
    API_KEY = 51
    API_VERSION = 0
    RESPONSE_TYPE = _AlterScramAnswer
    FLEXIBLE_VERSION = True
    SCHEMA = Schema(
        ("deletions", CompactArray(("name", CompactString("utf-8")), ("mechanism", Int8), ("tags", TaggedFields))),
        (
            "upsertions",
            CompactArray(
                ("name", CompactString("utf-8")),
                ("mechanism", Int8),
                ("iterations", Int32),
                ("salt", CompactBytes),
                ("salted_password", CompactBytes),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _DescribeScramAnswer(Response):  # type: ignore[misc]
    API_KEY = 50
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        *_ERROR,
        (
            "results",
            CompactArray(
                ("user", CompactString("utf-8")),
                *_ERROR,
                (
                    "credentials",
                    CompactArray(("mechanism", Int8), ("iterations", Int32), ("tags", TaggedFields)),
                ),
                ("tags", TaggedFields),
            ),
        ),
        ("tags", TaggedFields),
    )


class _DescribeScram(RequestStruct):  # type: ignore[misc]
    API_KEY = 50
    API_VERSION = 0
    RESPONSE_TYPE = _DescribeScramAnswer
    FLEXIBLE_VERSION = True
    SCHEMA = Schema(
        ("users", CompactArray(("name", CompactString("utf-8")), ("tags", TaggedFields))),
        ("tags", TaggedFields),
    )


class _AlterQuotasAnswer(Response):  # type: ignore[misc]
    API_KEY = 49
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "entries",
            Array(
                ("error_code", Int16),
                ("error_message", String("utf-8")),
                ("entity", Array(("entity_type", String("utf-8")), ("entity_name", String("utf-8")))),
            ),
        ),
    )


class _AlterQuotas(RequestStruct):  # type: ignore[misc]
    API_KEY = 49
    API_VERSION = 0
    RESPONSE_TYPE = _AlterQuotasAnswer
    SCHEMA = Schema(
        (
            "entries",
            Array(
                ("entity", Array(("entity_type", String("utf-8")), ("entity_name", String("utf-8")))),
                ("ops", Array(("key", String("utf-8")), ("value", Float64), ("remove", Boolean))),
            ),
        ),
        ("validate_only", Boolean),
    )


def _keep(self: Any, *fields: Any) -> None:
    """Fields are known already, in the one version that we write."""
    self._fields = fields


def _build(self: Any, request_struct_class: Any) -> Any:
    return request_struct_class(*self._fields)


class AlterScram(Request[_AlterScram]):  # type: ignore[misc]
    """Fields: deletions `(name, mechanism, {})`, upsertions `(name, mechanism, iterations, salt, salted, {})`, {}."""

    API_KEY = 51
    __init__ = _keep
    build = _build


class DescribeScram(Request[_DescribeScram]):  # type: ignore[misc]
    """Fields: users `(name, {})`, {}."""

    API_KEY = 50
    __init__ = _keep
    build = _build


class AlterQuotas(Request[_AlterQuotas]):  # type: ignore[misc]
    """Fields: entries `([(type, name)], [(key, value, remove)])`, validate only."""

    API_KEY = 49
    __init__ = _keep
    build = _build


class CreateAcls(Request[CreateAclsRequest_v1]):  # type: ignore[misc]
    """Field: creations `(type, name, pattern, principal, host, operation, permission)`."""

    API_KEY = 30
    __init__ = _keep
    build = _build


class DescribeAcls(Request[DescribeAclsRequest_v1]):  # type: ignore[misc]
    """Fields: type, name, pattern, principal, host, operation, permission; each a filter."""

    API_KEY = 29
    __init__ = _keep
    build = _build


class DeleteAcls(Request[DeleteAclsRequest_v1]):  # type: ignore[misc]
    """Field: filters like those of `DescribeAcls`."""

    API_KEY = 31
    __init__ = _keep
    build = _build
