"""Parts of the API's description that all operations share."""

from typing import Any

ERROR_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "Every error has this shape.",
    "properties": {
        "code": {"type": "string", "description": "For programs, such as `overlap`."},
        "detail": {"type": "string", "description": "A sentence for people."},
        "errors": {
            "type": "object",
            "description": "The sentences of each field; nested names are joined by dots.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "required": ["code", "detail"],
}


def describe_errors(result: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
    """Add the error answer to every operation; a hook of the generator."""
    result["components"]["schemas"]["Error"] = ERROR_SCHEMA
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    answer = {"description": "An error.", "content": content}
    for path in result["paths"].values():
        for operation in path.values():
            operation["responses"]["default"] = answer
    return result
