from collections.abc import Sequence
from typing import Any, final

import numpy as np
from numpy.typing import NDArray

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
class Predictor:
    def __new__(cls, network: _Network, threads: int) -> Predictor: ...
    def outputs(self, x: Any, layer: int) -> NDArray[np.float32]: ...

def from_safetensors(
    bytes: bytes,
) -> tuple[list[tuple[NDArray[np.float32], NDArray[np.float32]]], str, list[NDArray[np.float32]], str]: ...
def to_safetensors(network: _Network, notes: str) -> bytes: ...
def tokens(text: str) -> list[str]: ...
def threads() -> int: ...
