"""ONNX Runtime alone, for `npm run bench -- ort`.

alone.py CARD SECONDS THREADS: as many sessions of one thread each run the model on a picture of noise; prints runs per
second of all together.
"""

import json
import sys
import threading
import time
from pathlib import Path

import numpy as np
import onnxruntime

WARM_S = 1.0


def main():
    card_path, seconds, threads = Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    card = json.loads(card_path.read_text())
    shape = [1, *card["input"]["shape"][1:]]
    picture = np.random.default_rng(1).integers(0, 255, shape).astype(card["input"]["type"])
    runs = [0] * threads
    began = time.perf_counter() + WARM_S

    def work(number):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(str(card_path.parent / card["file"]), options, ["CPUExecutionProvider"])
        while (now := time.perf_counter()) < began + seconds:
            session.run(None, {card["input"]["name"]: picture})
            runs[number] += now >= began

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(sum(runs) / seconds)


main()
