"""An import contract: from outside, a room is entered by a few modules alone.

`lint-imports` loads it by the name in `contract_types` of pyproject.toml.
"""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class EntrancesContract(Contract):
    """Refuse an import that enters another room by a module that is no entrance.

    Options:
      rooms: top-level packages that are entered by their entrances alone.
      entrances: names of modules or packages that may be imported from other rooms.
      exceptions: `importer -> imported`, each argued beside it in pyproject.toml.
    """

    type_name = "entrances"

    rooms = fields.SetField(subfield=fields.StringField())
    entrances = fields.SetField(subfield=fields.StringField())
    exceptions = fields.SetField(subfield=fields.ImportExpressionField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        excused = {str(each) for each in self.exceptions or set()}
        found = [f"{a} -> {b}" for a, b in self._imports_from_outside(graph)]
        broken = sorted(each for each in found if each not in excused)
        unused = sorted(excused - set(found))
        metadata: dict[str, Any] = {"broken": broken, "unused": unused}
        return ContractCheck(kept=not broken and not unused, metadata=metadata)

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["broken"]:
            output.print_error(f"{line}: enter the room by {', '.join(sorted(self.entrances))}")
        for line in check.metadata["unused"]:
            output.print_error(f"{line}: this exception is not needed any more")

    def _imports_from_outside(self, graph: ImportGraph) -> list[tuple[str, str]]:
        """Return (importer, imported) for each import that enters a room past its entrances."""
        return [
            (importer, imported)
            for imported in graph.modules
            if self._is_inner(imported)
            for importer in graph.find_modules_that_directly_import(imported)
            if _room_of(importer) != _room_of(imported)
        ]

    def _is_inner(self, module: str) -> bool:
        room, *path = module.split(".")
        return room in self.rooms and bool(path) and not self.entrances & set(path)


def _room_of(module: str) -> str:
    return module.partition(".")[0]
