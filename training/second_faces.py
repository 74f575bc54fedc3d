"""The second face detector's weights as the product ships them: python -m training.second_faces FOLDER OUT

MTCNN (Zhang and others, 2016) as the `facenet-pytorch` wheel carries it: three small networks, `pnet.pt`, `rnet.pt` and
`onet.pt` in FOLDER. Here each becomes an ONNX file in the folder OUT, without landmarks, its weights in half precision.
Needs the extra `training`.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

LAYERS = {
    "pnet": ("conv1", "prelu1", "pool2", "conv2", "prelu2", "conv3", "prelu3"),
    "rnet": ("conv1", "prelu1", "pool3", "conv2", "prelu2", "pool3", "conv3", "prelu3", "flat", "dense4", "prelu4"),
    "onet": ("conv1", "prelu1", "pool3", "conv2", "prelu2", "pool3", "conv3", "prelu3", "pool2", "conv4", "prelu4",
             "flat", "dense5", "prelu5"),
}  # fmt: skip
HEADS = {"pnet": ("conv4_1", "conv4_2"), "rnet": ("dense5_1", "dense5_2"), "onet": ("dense6_1", "dense6_2")}
"""Whether it is a face, and where its edges are."""


class _Graph:
    """Nodes and weights of one network, laid one after another."""

    def __init__(self, weights: dict[str, Any]) -> None:
        self.weights, self.nodes, self.kept = weights, [], []

    def weight(self, name: str, values: Any = None) -> str:
        array = (self.weights[name] if values is None else values).numpy()
        self.kept.append(numpy_helper.from_array(array.astype(np.float16), f"{name}.half"))
        self.nodes.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
        return name

    def layer(self, name: str, before: str, after: str) -> None:
        if name.startswith("conv"):
            inputs = [before, self.weight(f"{name}.weight"), self.weight(f"{name}.bias")]
            self.nodes.append(helper.make_node("Conv", inputs, [after]))
        elif name.startswith("prelu"):
            slope, is_flat = self.weights[f"{name}.weight"], f"dense{name[-1]}.weight" in self.weights
            slope = slope if is_flat else slope.reshape(-1, 1, 1)
            self.nodes.append(helper.make_node("PRelu", [before, self.weight(f"{name}.weight", slope)], [after]))
        elif name.startswith("pool"):
            size = int(name[-1])
            made = helper.make_node("MaxPool", [before], [after], kernel_shape=[size] * 2, strides=[2, 2], ceil_mode=1)
            self.nodes.append(made)
        elif name == "flat":
            turned = helper.make_node("Transpose", [before], [f"{after}.turned"], perm=[0, 3, 2, 1])
            self.nodes += [turned, helper.make_node("Flatten", [f"{after}.turned"], [after])]
        else:
            inputs = [before, self.weight(f"{name}.weight"), self.weight(f"{name}.bias")]
            self.nodes.append(helper.make_node("Gemm", inputs, [after], transB=1))


def convert(source: Path, name: str, out: Path) -> None:
    graph, before = _Graph(torch.load(source, weights_only=True)), "input"
    for number, layer in enumerate(LAYERS[name]):
        graph.layer(layer, before, f"x{number}")
        before = f"x{number}"
    score, edges = HEADS[name]
    graph.layer(score, before, "logits")
    graph.nodes.append(helper.make_node("Softmax", ["logits"], ["score"], axis=1))
    graph.layer(edges, before, "edges")
    whole = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 3, "h", "w"])
    size = ["oh", "ow"] if name == "pnet" else []
    results = [
        helper.make_tensor_value_info(n, TensorProto.FLOAT, ["n", channels, *size])
        for n, channels in (("score", 2), ("edges", 4))
    ]
    made = helper.make_graph(graph.nodes, name, [whole], results, graph.kept)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    out.write_bytes(model.SerializeToString())


if __name__ == "__main__":
    for network in LAYERS:
        convert(Path(sys.argv[1]) / f"{network}.pt", network, Path(sys.argv[2]) / f"{network}.onnx")
