"""What is known of a customer."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from homeserve_dispatch.model.base import Model, Name, Names


class Customer(Model):
    """Whom a customer knows already. Orders refer to it by ``Order.customer``.

    A customer that orders name need not be listed.

    Attributes
    ----------
    id : str
        Unique among the customers.
    history : tuple of str
        Ids of workers who were there before.
    max_workers : int, optional
        Most distinct workers, those of the history included.
    """

    id: Name
    history: Names = ()
    max_workers: Annotated[int, Field(ge=1)] | None = None
