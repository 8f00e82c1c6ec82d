"""Labels and annotations of objects for others than the controller: ExternalDNS, Argo CD, whoever reads them.

Facts: Kubernetes documentation, "Labels and Selectors", "Annotations".
"""

from __future__ import annotations

from collections.abc import Mapping

from eks_ingress.refusal import Refusals
from eks_ingress.routing.names import require_label_key, require_label_value
from eks_ingress.routing.units import require_texts


def require_labels(refusals: Refusals, labels: Mapping[str, str]) -> None:
    """Labels of an object."""
    if require_texts(refusals, "labels", labels):
        for key, value in labels.items():
            require_label_key(refusals, "key in labels,", key)
            require_label_value(refusals, f"value of label {key!r},", value)


def require_annotations(refusals: Refusals, annotations: Mapping[str, str]) -> None:
    """Annotations of an object; which of them are the controller's, the catalogue knows."""
    require_texts(refusals, "annotations", annotations)
