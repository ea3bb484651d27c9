"""Offers on sale and the clusters of posts in; which cluster each offer is about out."""

from __future__ import annotations

import pyarrow as pa

from flows.progress import track_step
from flows.stopping import StopRequest
from flows.topics import annotate_member
from nlp.pipeline import ANNOTATION_SCHEMA
from nlp.segment import Segmenter
from nlp.tagger import NONE
from nlp.topic_offers import place_offers
from nlp.topic_state import read_state
from nlp.topic_words import TopicWordFinder
from warehouse.clusters import (
    CLUSTER_VERSION,
    read_clusters,
    read_offer_window,
    write_offer_clusters,
)
from warehouse.store import Warehouse

OFFER_DAYS = 28
"""Days that an offer counts as supply (METRICS 5.9)."""


def place_offers_on_sale(
    warehouse: Warehouse,
    segmenter: Segmenter,
    version: str = CLUSTER_VERSION,
    stop: StopRequest | None = None,
) -> int:
    """Place every offer of the last days anew, as clusters come and go; the number whose cluster changed."""
    stop = stop or StopRequest()
    state = read_state(*read_clusters(warehouse))
    if state.newest_day is None:
        return 0
    offers = read_offer_window(warehouse, OFFER_DAYS)
    with track_step("place offers", stop):
        finder = TopicWordFinder(segmenter)
        titles = [finder.find_words(title) for title in stop.watch(offers["title"].to_pylist())]
        places = place_offers(state, titles, finder.weigh)
    rows = [
        annotate_member("listing", offer["subject_id"], place.cluster_id, place.score, version)
        for offer, place in zip(offers.to_pylist(), places, strict=True)
        if (offer["cluster"], offer["version"]) != (place.cluster_id or NONE, version)
    ]
    write_offer_clusters(warehouse, pa.Table.from_pylist(rows, schema=ANNOTATION_SCHEMA))
    return len(rows)
