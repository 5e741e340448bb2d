"""Write the samples that are missing; those that exist are left as they are."""

from __future__ import annotations

from adapters.codec import encode
from tests.samples import HERE, all_facts, sample_recorded


def main() -> None:
    for tag, kind in sorted(all_facts().items()):
        path = HERE / f"{tag}.json"
        if not path.exists():
            path.write_bytes(encode(sample_recorded(kind)) + b"\n")
            print(path.name)


if __name__ == "__main__":
    main()
