"""Who the names in the old book are: staff of the salon, made where they are missing."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from importing.bookings import LineRejected
from importing.column_mapping.mapping import Mapping
from importing.csv_files import cell_parsers
from salon.models import Salon
from user import actions
from user.models import ExtendedUser

LONGEST_STAFF_NAME = 120  # characters


class StaffResolver:
    """The salon's staff by name or e-mail, whatever the case."""

    def __init__(self, salon: Salon, mapping: Mapping) -> None:
        self.salon = salon
        self.may_create = mapping.create_staff
        self.skipped = {name.casefold() for name in mapping.skip_staff}
        self.default = mapping.default_staff
        self.ours = {theirs.casefold(): ours for theirs, ours in mapping.staff_names.items()}
        self.members: dict[str, list[ExtendedUser]] = {}
        self.created: list[str] = []
        self.load()

    def load(self) -> None:
        """Read who belongs to the salon now."""
        self.members = defaultdict(list)
        for member in ExtendedUser.objects.filter(salon=self.salon).order_by("pk"):
            self.add(member)

    def add(self, member: ExtendedUser) -> None:
        for name in {normalize_staff_name(member.name), (member.email or "").casefold()} - {""}:
            self.members[name].append(member)

    def skips(self, name: str) -> bool:
        """Whether the bookings of `name` shall be left out."""
        return name.casefold() in self.skipped

    def name(self, text: str) -> str:
        """Our name for what the file says.

        Raises:
            Rejected: nobody, somebody unknown who may not be made, or a name that two have.
        """
        name = self.ours.get(text.casefold(), text) or self.default
        if not name:
            raise LineRejected(_("no member of staff"))
        found = self.members.get(name.casefold(), [])
        if len(found) > 1:
            detail = _("two members of staff are called “%(name)s”: map one's e-mail")
            raise LineRejected(detail % {"name": name})
        if not found and not self.may_create:
            raise LineRejected(_("“%(name)s” is not of the salon's staff") % {"name": name})
        return cell_parsers.check_cell_length(name, LONGEST_STAFF_NAME, _("the name of the staff"))

    def create_missing(self, names: Iterable[str], *, save: bool) -> None:
        """Make who is missing: takes bookings, never signs in. Without `save` only in memory."""
        for name in names:
            if name.casefold() in self.members:
                continue
            values = {"name": name}
            self.add(
                actions.add_staff_member(self.salon, values)
                if save
                else ExtendedUser(salon=self.salon, **values)
            )
            self.created.append(name)

    def __getitem__(self, name: str) -> ExtendedUser:
        """The member of staff whom `name` answered and `create_missing` made."""
        return self.members[name.casefold()][0]


def normalize_staff_name(name: str) -> str:
    """A name as it is compared."""
    return " ".join(name.split()).casefold()
