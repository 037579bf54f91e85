"""A model as bytes (.npz) and back. Files are opened elsewhere; what is missing, foreign, damaged or of another version is refused."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from everfair.engines.matching.languages.model import BilingualModel
from everfair.engines.matching.languages.types import Links, ModelError
from everfair.engines.text import ANALYSIS_VERSION

FORMAT = "everfair bilingual model"
VERSION = 2
AGAIN = "learn it again from the fair's bilingual records"

Arrays = dict[str, NDArray[Any]]


def model_bytes(model: BilingualModel) -> bytes:
    """The model as an .npz; the same model gives the same bytes."""
    arrays: Arrays = {}
    for i in (0, 1):
        links = model.into[i]
        arrays |= {
            f"terms{i}": np.frombuffer("\n".join(model.terms[i]).encode(), np.uint8),
            f"rarity{i}": model.rarity[i],
            f"idf{i}": model.idf[i],
            f"space{i}": model.space[i],
            f"at{i}": links.at,
            f"to{i}": links.to,
            f"weight{i}": links.weight,
            f"anchors{i}": model.anchors[i],
        }
    head = {
        "format": FORMAT,
        "version": VERSION,
        "analysis": ANALYSIS_VERSION,
        "languages": list(model.languages),
        "usual_length": list(model.usual_length),
        "usual_held": list(model.usual_held),
        "records": model.records,
        "seed": model.seed,
    }
    head["digest"] = _digest(head, arrays)
    text = json.dumps(head, sort_keys=True).encode()
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, head=np.frombuffer(text, np.uint8), **arrays)
    return file.getvalue()


def read_model(data: bytes | None) -> BilingualModel:
    """The model in these bytes; None stands for a file that is not there. Raises ModelError, which says what to do."""
    if data is None:
        raise ModelError(f"there is no bilingual model yet: {AGAIN}")
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        head = json.loads(arrays.pop("head").tobytes())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, NotImplementedError) as error:
        raise ModelError(f"this file is no bilingual model, or it is damaged: {AGAIN}") from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise ModelError(f"this file is no bilingual model: {AGAIN}")
    if head.get("version") != VERSION:
        raise ModelError(
            f"this bilingual model is of version {head.get('version')}, needed is {VERSION}: {AGAIN}"
        )
    if head.get("analysis") != ANALYSIS_VERSION:
        raise ModelError(
            f"this bilingual model was learned with text analysis {head.get('analysis')}, needed is {ANALYSIS_VERSION}: {AGAIN}"
        )
    if head.pop("digest", None) != _digest(head, arrays):
        raise ModelError(f"this bilingual model is damaged (its digest differs): {AGAIN}")
    return _model(head, arrays)


def _model(head: Mapping[str, Any], arrays: Arrays) -> BilingualModel:
    def both(name: str) -> tuple[NDArray[Any], NDArray[Any]]:
        return arrays[f"{name}0"], arrays[f"{name}1"]

    first, second = (text.tobytes().decode() for text in both("terms"))
    links = [Links(*of) for of in zip(both("at"), both("to"), both("weight"), strict=True)]
    return BilingualModel(
        languages=(str(head["languages"][0]), str(head["languages"][1])),
        terms=(_lines(first), _lines(second)),
        rarity=both("rarity"),
        idf=both("idf"),
        space=both("space"),
        into=(links[0], links[1]),
        anchors=both("anchors"),
        usual_length=(float(head["usual_length"][0]), float(head["usual_length"][1])),
        usual_held=(float(head["usual_held"][0]), float(head["usual_held"][1])),
        records=int(head["records"]),
        seed=int(head["seed"]),
    )


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def _digest(head: Mapping[str, Any], arrays: Arrays) -> str:
    """Of everything in the file but the digest itself."""
    digest = hashlib.sha256(json.dumps(head, sort_keys=True).encode())
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
