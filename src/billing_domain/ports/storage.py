"""Where things are kept: one unit of work, one repository per aggregate.

Repositories of a unit of work see its own uncommitted changes; leaving it without `commit` undoes
everything. Writes are guarded: a record that was changed meanwhile raises StaleError instead of
being overwritten. Every look-up takes a Scope and knows nothing outside it (promise P35).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Protocol, Self

import attrs

from billing_domain.model.actor import Scope
from billing_domain.model.audit import AuditEntry
from billing_domain.model.bill import BatchId, Bill, PendingBill
from billing_domain.model.bill_number import BillNumber
from billing_domain.model.bill_row import ChargeKey
from billing_domain.model.community import Community, CommunityId, Company, CompanyId
from billing_domain.model.export import ExportId, ExportJob
from billing_domain.model.house import House, HouseId
from billing_domain.model.import_batch import ImportBatch
from billing_domain.model.import_profile import ImportProfile, ProfileKey
from billing_domain.model.resident import Resident, ResidentId
from billing_domain.model.session import SignInFailures, StaffSession
from billing_domain.model.staff import StaffAccount, StaffId


class CompanyRepository(Protocol):
    """All companies of the deployment."""

    @abstractmethod
    def add(self, company: Company) -> None:
        """Keep a new company; raise FieldError(name, taken) for a name in use."""

    @abstractmethod
    def get(self, company_id: CompanyId) -> Company:
        """Return a company or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, company: Company) -> None:
        """Replace a company; raise FieldError(name, taken) for a name in use."""

    @abstractmethod
    def all(self) -> Sequence[Company]:
        """Return every company, oldest first."""


class CommunityRepository(Protocol):
    """The communities of companies."""

    @abstractmethod
    def add(self, community: Community) -> None:
        """Keep a new community; raise FieldError(name, taken) within its company."""

    @abstractmethod
    def get(self, scope: Scope, community_id: CommunityId) -> Community:
        """Return a community in scope or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, community: Community) -> None:
        """Replace the version before this one; raise StaleError, FieldError(name, taken)."""

    @abstractmethod
    def all(self, scope: Scope) -> Sequence[Community]:
        """Return the communities in scope, oldest first."""


class HouseRepository(Protocol):
    """The houses of communities; two addresses of one community never fold to one key."""

    @abstractmethod
    def add_all(self, houses: Collection[House]) -> None:
        """Keep new houses; raise FieldError(address, taken) if a folded address is in use."""

    @abstractmethod
    def get(self, scope: Scope, house_id: HouseId) -> House:
        """Return a house in scope or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, house: House) -> None:
        """Replace a house's address; raise FieldError(address, taken), ThingNotFoundError."""

    @abstractmethod
    def remove(self, house: House) -> None:
        """Forget a house; raise HouseInUseError while it has bills or residents."""

    @abstractmethod
    def of_community(self, community_id: CommunityId) -> Sequence[House]:
        """Return the houses of a community in the order they were added."""


class ResidentRepository(Protocol):
    """The residents of houses, present and past."""

    @abstractmethod
    def add_all(self, residents: Collection[Resident]) -> None:
        """Keep new residents."""

    @abstractmethod
    def get(self, scope: Scope, resident_id: ResidentId) -> Resident:
        """Return a resident in scope or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, resident: Resident) -> None:
        """Replace the version before this one; raise StaleError."""

    @abstractmethod
    def of_house(self, house_id: HouseId) -> Sequence[Resident]:
        """Return a house's residents in the order they were added, moved-out ones too."""

    @abstractmethod
    def of_community(self, community_id: CommunityId, *, on: date) -> Sequence[Resident]:
        """Return everyone who lives in the community on a day."""


class BillRepository(Protocol):
    """All bills; a removed bill is found no more, but its number is never free again."""

    @abstractmethod
    def add_all(self, bills: Collection[PendingBill]) -> None:
        """Keep new bills, all or none; raise NumberTakenError if a number was ever used."""

    @abstractmethod
    def get(self, scope: Scope, number: BillNumber) -> Bill:
        """Return a bill in scope or raise ThingNotFoundError."""

    @abstractmethod
    def get_many(self, scope: Scope, numbers: Collection[BillNumber]) -> Sequence[Bill]:
        """Return those of the bills that are in scope, by ascending number."""

    @abstractmethod
    def save_all(self, bills: Collection[Bill]) -> None:
        """Replace the versions before these in one guarded step each; raise StaleError.

        Bills are written in ascending order of number. A StaleError names the first bill
        whose stored version is not the one before.
        """

    @abstractmethod
    def remove_all(self, bills: Collection[PendingBill]) -> None:
        """Remove exactly these versions of pending bills; raise StaleError (rule 2.7)."""

    @abstractmethod
    def charges(self, community_id: CommunityId, houses: Collection[HouseId]) -> set[ChargeKey]:
        """Return what the unpaid and paid bills of houses charge for (rule 3.12)."""


class ImportBatchRepository(Protocol):
    """Which files were imported."""

    @abstractmethod
    def add(self, batch: ImportBatch) -> None:
        """Keep a batch; raise StaleError when request key or repetition is taken."""

    @abstractmethod
    def get(self, scope: Scope, batch_id: BatchId) -> ImportBatch:
        """Return a batch in scope or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, batch: ImportBatch) -> None:
        """Replace the batch's answer about reminding."""

    @abstractmethod
    def by_request(self, community_id: CommunityId, request_key: str) -> ImportBatch | None:
        """Return the batch that a request made, or None."""

    @abstractmethod
    def by_file(self, community_id: CommunityId, file_hash: str) -> Sequence[ImportBatch]:
        """Return the batches of the same file, oldest first."""


class ImportProfileRepository(Protocol):
    """Companies' own import profiles; the shipped ones are not kept here."""

    @abstractmethod
    def add(self, profile: ImportProfile) -> None:
        """Keep a new profile; raise FieldError(name, taken) within its company."""

    @abstractmethod
    def get(self, company_id: CompanyId, key: ProfileKey) -> ImportProfile:
        """Return a company's profile or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, profile: ImportProfile) -> None:
        """Replace the version before this one; raise StaleError, FieldError(name, taken)."""

    @abstractmethod
    def remove(self, profile: ImportProfile) -> None:
        """Forget a profile."""

    @abstractmethod
    def all(self, company_id: CompanyId) -> Sequence[ImportProfile]:
        """Return a company's own profiles, oldest first."""


@attrs.frozen
class Upload:
    """A file between upload and import, kept for a day so that any process can go on.

    `id` is the import's request key, so that confirming twice imports once.
    """

    id: str
    company_id: CompanyId
    community_id: CommunityId
    staff_id: str
    kind: str
    profile_key: str
    file_name: str
    content: bytes = attrs.field(repr=False)
    created_at: datetime


class UploadRepository(Protocol):
    """Files waiting for their confirmation."""

    @abstractmethod
    def add(self, upload: Upload) -> None:
        """Keep an upload."""

    @abstractmethod
    def get(self, scope: Scope, upload_id: str) -> Upload:
        """Return an upload in scope or raise ThingNotFoundError."""

    @abstractmethod
    def remove_before(self, moment: datetime) -> int:
        """Forget the uploads made before a moment; return how many."""


class ExportRepository(Protocol):
    """Files of bills being written."""

    @abstractmethod
    def add(self, job: ExportJob) -> None:
        """Keep a new export."""

    @abstractmethod
    def get(self, company_id: CompanyId, staff_id: str, export_id: ExportId) -> ExportJob:
        """Return a staff member's own export or raise ThingNotFoundError."""

    @abstractmethod
    def save(self, job: ExportJob) -> None:
        """Replace the version before this one; raise StaleError."""

    @abstractmethod
    def of_staff(self, company_id: CompanyId, staff_id: str) -> Sequence[ExportJob]:
        """Return a staff member's exports, newest first."""

    @abstractmethod
    def remove_before(self, moment: datetime) -> Sequence[ExportId]:
        """Forget the exports made before a moment; return their ids."""


class StaffRepository(Protocol):
    """Staff accounts."""

    @abstractmethod
    def add(self, account: StaffAccount) -> None:
        """Keep a new account; raise FieldError(login_name, taken)."""

    @abstractmethod
    def get(self, company_id: CompanyId, staff_id: StaffId) -> StaffAccount:
        """Return an account of a company or raise ThingNotFoundError."""

    @abstractmethod
    def find(self, staff_id: StaffId) -> StaffAccount | None:
        """Return an account of any company, for a session."""

    @abstractmethod
    def by_login_name(self, login_name: str) -> StaffAccount | None:
        """Return the account with a login name, whatever its company, or None."""

    @abstractmethod
    def save(self, account: StaffAccount) -> None:
        """Replace the version before this one; raise StaleError."""

    @abstractmethod
    def all(self, company_id: CompanyId) -> Sequence[StaffAccount]:
        """Return a company's accounts, oldest first."""


class SessionRepository(Protocol):
    """Signed-in browsers and failed sign-ins."""

    @abstractmethod
    def add(self, session: StaffSession) -> None:
        """Keep a session."""

    @abstractmethod
    def get(self, token_hash: str) -> StaffSession | None:
        """Return the session of a token's hash, or None."""

    @abstractmethod
    def touch(self, token_hash: str, seen_at: datetime) -> None:
        """Remember that a session was used."""

    @abstractmethod
    def remove(self, token_hash: str) -> None:
        """Forget a session."""

    @abstractmethod
    def remove_of(self, staff_id: StaffId) -> None:
        """Forget every session of an account."""

    @abstractmethod
    def failures(self, key: str) -> SignInFailures | None:
        """Return the failures under a key, or None."""

    @abstractmethod
    def record_failure(self, key: str, at: datetime) -> None:
        """Count one more failure in one step, starting again after 24 quiet hours."""

    @abstractmethod
    def clear_failures(self, key: str) -> None:
        """Forget the failures under a key."""


class AuditLog(Protocol):
    """The append-only log; storage refuses to alter or remove an entry (rule 2.11)."""

    @abstractmethod
    def add_all(self, entries: Iterable[AuditEntry]) -> None:
        """Append entries."""


class UnitOfWork(Protocol):
    """One transaction: enter it, change things, commit; leaving undoes what is left."""

    @abstractmethod
    def __enter__(self) -> Self:
        """Begin."""

    @abstractmethod
    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End, undoing everything that was not committed."""

    @abstractmethod
    def commit(self) -> None:
        """Make every change permanent, all or none.

        Raises RuntimeError after a refused step that left a part of itself behind, and where
        nothing may be written.
        """

    @property
    @abstractmethod
    def companies(self) -> CompanyRepository:
        """The companies."""

    @property
    @abstractmethod
    def communities(self) -> CommunityRepository:
        """The communities."""

    @property
    @abstractmethod
    def houses(self) -> HouseRepository:
        """The houses."""

    @property
    @abstractmethod
    def residents(self) -> ResidentRepository:
        """The residents."""

    @property
    @abstractmethod
    def bills(self) -> BillRepository:
        """The bills."""

    @property
    @abstractmethod
    def import_batches(self) -> ImportBatchRepository:
        """The imports."""

    @property
    @abstractmethod
    def import_profiles(self) -> ImportProfileRepository:
        """The companies' own import profiles."""

    @property
    @abstractmethod
    def uploads(self) -> UploadRepository:
        """The files waiting for a confirmation."""

    @property
    @abstractmethod
    def exports(self) -> ExportRepository:
        """The files being written."""

    @property
    @abstractmethod
    def staff(self) -> StaffRepository:
        """The staff accounts."""

    @property
    @abstractmethod
    def sessions(self) -> SessionRepository:
        """The sessions."""

    @property
    @abstractmethod
    def audit(self) -> AuditLog:
        """The audit log."""


class UnitOfWorkFactory(Protocol):
    """Makes a fresh unit of work for each use of a use case."""

    @abstractmethod
    def __call__(self, *, read_only: bool = False) -> UnitOfWork:
        """Return a unit of work that is not entered yet.

        With `read_only` the caller promises to write nothing: such a unit waits for no writer
        and sees one moment. Writing in it is a programming mistake that storage refuses.
        """
