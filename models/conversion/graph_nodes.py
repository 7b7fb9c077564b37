"""Nodes of a TensorFlow.js model as TensorFlow takes them."""

import base64
from collections.abc import Iterator


def complete(node: dict) -> dict:
    """Newer TensorFlow demands attributes that older writers left out."""
    attr = {name: text(value) for name, value in node.get('attr', {}).items() if not name.startswith('_')}
    if node['op'] == '_FusedConv2D':
        count = int(attr.get('num_args', {}).get('i', len(node['input']) - 2))
        attr.setdefault('num_args', {'i': str(count)})
        attr.setdefault('num_host_args', {'i': '0'})
        attr.setdefault('TArgs', {'list': {'type': ['DT_FLOAT'] * count}})
    return {**node, 'attr': attr}


def text(value: dict) -> dict:
    """Some writers give strings as lists of bytes; protobuf's JSON has them in base64."""
    if isinstance(value.get('s'), list):
        return {'s': base64.b64encode(bytes(value['s'])).decode()}
    return value


def unfused(node: dict) -> Iterator[dict]:
    """TensorFlow.js alone has a depthwise convolution with bias and activation in one node: they become three."""
    if node['op'] != 'FusedDepthwiseConv2dNative':
        yield node
        return
    name, attr = node['name'], dict(node['attr'])
    steps = [base64.b64decode(step).decode() for step in attr.pop('fused_ops')['list']['s']]
    kind = attr['T']
    image, kernel, *rest = node['input']
    kept = {key: attr[key] for key in ('T', 'strides', 'padding', 'data_format', 'dilations') if key in attr}
    last = f'{name}/convolution'
    yield {'name': last, 'op': 'DepthwiseConv2dNative', 'input': [image, kernel], 'attr': kept}
    for place, step in enumerate(steps):
        this = name if place == len(steps) - 1 else f'{name}/{step}'
        inputs = [last, *rest[:1]] if step == 'BiasAdd' else [last]
        yield {'name': this, 'op': step, 'input': inputs, 'attr': {'T': kind}}
        last = this
