from collections.abc import Sequence
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "DenoisingLearner",
    "Learner",
    "Predictor",
    "from_safetensors",
    "instruction_set",
    "reachable",
    "reconstructions",
    "target_of_codes",
    "threads",
    "to_safetensors",
    "tokens",
]

_Network = tuple[Sequence[NDArray[np.float32]], Sequence[NDArray[np.float32]], str, Sequence[NDArray[np.float32]]]
_Sums = tuple[float, int, list[float], list[int]]

@final
class Learner:
    def __new__(
        cls,
        network: _Network,
        *,
        cost: str,
        batch: int,
        threads: int,
        momentum: float,
        alpha: float,
        l1: Sequence[float],
    ) -> Learner: ...
    def epoch(
        self, x: Any, y: NDArray[Any], order: NDArray[np.uint32], *, factors: NDArray[np.float32] | None, rate: float
    ) -> _Sums: ...
    def evaluate(
        self, x: Any, y: NDArray[Any], order: NDArray[np.uint32], *, factors: NDArray[np.float32] | None
    ) -> _Sums: ...
    def parameters(self) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]: ...

@final
class DenoisingLearner:
    def __new__(
        cls,
        network: _Network,
        *,
        decoder: str,
        reconstruction: str,
        corruption: tuple[str, Sequence[float]],
        target: str,
        sampling: float | None,
        seed: int,
        batch: int,
        threads: int,
        l1: float,
    ) -> DenoisingLearner: ...
    def epoch(
        self, x: Any, order: NDArray[np.uint32], *, factors: NDArray[np.float32] | None, rate: float, epoch: int
    ) -> _Sums: ...
    def evaluate(self, x: Any, order: NDArray[np.uint32], *, factors: NDArray[np.float32] | None) -> _Sums: ...
    def parameters(self) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]: ...

@final
class Predictor:
    def __new__(cls, network: _Network, threads: int) -> Predictor: ...
    def outputs(self, x: Any, layer: int) -> NDArray[np.float32]: ...

def reachable(name: str) -> tuple[float, float]: ...
def reconstructions(name: str, f: NDArray[np.float32]) -> NDArray[np.float32]: ...
def target_of_codes(activation: str, reconstruction: str) -> str: ...
def from_safetensors(
    bytes: bytes,
) -> tuple[list[tuple[NDArray[np.float32], NDArray[np.float32]]], str, list[NDArray[np.float32]], str]: ...
def to_safetensors(network: _Network, notes: str) -> bytes: ...
def tokens(text: str) -> list[str]: ...
def threads() -> int: ...
def instruction_set() -> str: ...
