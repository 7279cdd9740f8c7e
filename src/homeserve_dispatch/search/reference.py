"""Handing a tuple of arrays on by its address.

Numba passes every array of a tuple word by word, each time that a function is called: with tuples
of many arrays that takes longer than most functions do. A reference is one word, and its arrays
are read where they are used.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

import numba
from llvmlite import ir
from numba.core import cgutils as _cgutils
from numba.core import types
from numba.core.datamodel import models
from numba.core.typing.templates import AttributeTemplate
from numba.extending import infer_getattr, intrinsic, lower_getattr_generic, register_model

_T = TypeVar("_T")
cgutils = cast("Any", _cgutils)  # they have no annotations
_lower_attribute = cast("Any", lower_getattr_generic)
_DISABLED = cast("Any", numba.config).DISABLE_JIT


class Reference(types.Type):
    """Of a named tuple that lives as long as the call of the entry."""

    def __init__(self, of: Any) -> None:
        self.of = of
        super().__init__(name=f"Reference({of})")


@register_model(Reference)
class _Model(models.PointerModel):
    def __init__(self, manager: Any, kind: Reference) -> None:
        self._pointee_model = manager.lookup(kind.of)
        self._pointee_be_type = self._pointee_model.get_value_type()
        cast("Any", models.PrimitiveModel).__init__(
            self, manager, kind, self._pointee_be_type.as_pointer()
        )


@infer_getattr
class _Attributes(AttributeTemplate):
    key = Reference

    def generic_resolve(self, kind: Reference, name: str) -> Any:  # type: ignore[override]
        return kind.of.types[kind.of.fields.index(name)]


@_lower_attribute(Reference)  # type: ignore[untyped-decorator]
def _attribute(context: Any, builder: Any, kind: Reference, pointer: Any, name: str) -> Any:
    """Read a member; it never changes, so that the compiler need not read it twice."""
    del context
    place = cgutils.gep_inbounds(builder, pointer, 0, kind.of.fields.index(name))
    return _read(builder, place, place.type.pointee)


def _read(builder: Any, place: Any, kind: Any) -> Any:
    if not isinstance(kind, ir.LiteralStructType | ir.ArrayType):
        value = builder.load(place)
        value.set_metadata("invariant.load", builder.module.add_metadata([]))
        return value
    whole = ir.Constant(kind, ir.Undefined)
    for at in range(len(kind)):
        inner = cgutils.gep_inbounds(builder, place, 0, at)
        part = _read(builder, inner, inner.type.pointee)
        whole = builder.insert_value(whole, part, at)
    return whole


if _DISABLED:

    def by_reference(it: _T) -> _T:
        """The tuple itself."""
        return it

else:

    @intrinsic
    def by_reference(typing_context: Any, it: Any) -> Any:
        """A reference to it, only to be used until the caller returns."""
        del typing_context

        def put(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            del context, signature
            place = cgutils.alloca_once_value(builder, arguments[0])
            # Nothing of what is read by the result may be read before it is written: the
            # compiler does not know that they are one address.
            kind = ir.FunctionType(place.type, [place.type])
            return builder.asm(kind, "", "=r,0,~{memory}", [place], side_effect=True)

        return Reference(it)(it), put
