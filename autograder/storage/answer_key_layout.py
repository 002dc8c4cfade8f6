"""Where each part of an answer key stands in its HDF5 file, version 1.

    /                             assignment, public, seed, fingerprint
    /exercises/<name>             title, points
        parameters, keeps         tuples of names
        returns                   name, kind, [share]; members/0, 1, ... of the same form
        misconceptions/<name>     sentence, credit, symptom, [values]
        cases/<name>              title, weight, judged, unseen_share, count, float32,
                                  second_chance
            calls/0, 1, ...       function, times, global_seed
                arguments         a tuple; a generator is its seed, a call a from_call
                probes/0, 1, ...  name, ask; [weights], [inputs], [targets], [law]
            expected              a behaviour: one of parts, program, finding, or nothing
            wrong/<misconception> a behaviour
            shapes, shares, unseen  dicts by part; a shape is an array of lengths
    a program                     lines; constants, a tuple of arrays
    a finding                     kind, [part]; facts, a dict

Names without a slash are attributes of the group; in brackets stands what may be missing. Tuples,
dicts, numbers and arrays are written as `plain_writer` says. Each line of a program is one node,
``input <name>``, ``constant <position>`` or ``<operation> <node> ...``, and at the end
``output <node> <name>``. The meaning of every field: `autograder.core.key`.
"""

from collections.abc import Mapping

from autograder.storage.plain_reader import Types

Fields = Mapping[str, Types]

NUMBER: Types = (float, int)
NAME_OR_NONE: Types = (str, type(None))

KEY: Fields = {"assignment": (str,), "public": (bool,), "seed": (int,), "fingerprint": (str,)}
EXERCISE: Fields = {"title": (str,), "points": NUMBER}
PART: Fields = {"name": (str,), "kind": (str,), "share": NAME_OR_NONE}
MISCONCEPTION: Fields = {
    "sentence": (str,),
    "credit": NUMBER,
    "symptom": (bool,),
    "values": NAME_OR_NONE,
}
CASE: Fields = {
    "title": (str,),
    "weight": NUMBER,
    "judged": (str,),
    "unseen_share": NUMBER,
    "count": (int,),
    "float32": (bool,),
    "second_chance": (bool,),
}
CALL: Fields = {"function": (str,), "times": (int,), "global_seed": (int,)}
PROBE: Fields = {"name": (str,), "ask": (str,)}
PROBE_VALUES: Fields = {"weights": (tuple,), "inputs": (), "targets": (), "law": (tuple,)}
FINDING: Fields = {"kind": (str,), "part": NAME_OR_NONE}

LEAF_KINDS = ("array", "number", "numbers", "mask", "draws", "text")
GROUP_KINDS = ("tuple", "dict")
MAX_PART_DEPTH = 8
