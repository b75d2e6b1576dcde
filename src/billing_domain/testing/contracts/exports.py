"""The contract of ExportRepository."""

from datetime import timedelta
from functools import partial

from billing_domain.errors import StaleError, ThingNotFoundError
from billing_domain.model.bills.export import ExportId, ExportJob, ExportState
from billing_domain.model.company.community import CompanyId
from billing_domain.model.company.staff import StaffAccount
from .paging import walk
from .staff import add_account
from .storage import StorageContract
from .world import NOON, World, refused


class ExportRepositoryContract(StorageContract):
    """Export jobs, each visible only to its maker (rule 2.10)."""

    def test_returns_every_fact(self, world: World) -> None:
        maker = add_account(world, "xiaoli")
        job = add_job(world, maker)
        assert world.work.exports.get(world.company.id, maker.id, job.id) == job

    def test_is_found_by_its_maker_alone(self, world: World) -> None:
        maker, other = add_account(world, "xiaoli"), add_account(world, "laowang")
        job = add_job(world, maker)
        for company, staff in ((world.company.id, other.id), (world.rival.id, maker.id)):
            with refused(ThingNotFoundError, kind="export", id=job.id):
                world.work.exports.get(company, staff, job.id)

    def test_lists_the_newest_first(self, world: World) -> None:
        maker, other = add_account(world, "xiaoli"), add_account(world, "laowang")
        late = add_job(world, maker, hours=2)
        early = add_job(world, maker, hours=1)
        add_job(world, other)
        assert exports_of(world, world.company.id, maker) == [late, early]
        assert exports_of(world, world.rival.id, maker) == []

    def test_saves_the_next_version(self, world: World) -> None:
        maker = add_account(world, "xiaoli")
        job = add_job(world, maker)
        done = job.advance(rows_written=500, rows_total=100_000).end(ExportState.DONE)
        with world.change() as work:
            work.exports.save(job.advance(rows_written=500, rows_total=100_000))
            work.exports.save(done)
        assert world.work.exports.get(world.company.id, maker.id, job.id) == done

    def test_refuses_what_was_changed_meanwhile(self, world: World) -> None:
        """Somebody cancels while the file is being written."""
        job = add_job(world, add_account(world, "xiaoli"))
        world.work.exports.save(job.end(ExportState.CANCELLED))
        with refused(StaleError, kind="export", id=job.id):
            world.work.exports.save(job.advance(rows_written=1, rows_total=2))

    def test_forgets_the_old_ones(self, world: World) -> None:
        maker = add_account(world, "xiaoli")
        old = [add_job(world, maker, hours=hours) for hours in (0, 1)]
        kept = add_job(world, maker, hours=2)
        gone = world.work.exports.remove_before(NOON + timedelta(hours=2))
        assert set(gone) == {job.id for job in old}
        assert exports_of(world, world.company.id, maker) == [kept]


def exports_of(world: World, company_id: CompanyId, maker: StaffAccount) -> list[ExportJob]:
    """Return a staff member's exports, one a page."""
    ask = partial(world.work.exports.of_staff, company_id, maker.id, rows=1)
    return walk(lambda key: ask(key=key), 1)


def add_job(world: World, maker: StaffAccount, *, hours: int = 0) -> ExportJob:
    """Add an export started some hours after noon."""
    job = ExportJob(
        id=ExportId(world.new_id()),
        company_id=world.company.id,
        staff_id=maker.id,
        file_name="缴费单.xlsx",
        state=ExportState.WAITING,
        rows_total=0,
        rows_written=0,
        created_at=NOON + timedelta(hours=hours),
    )
    world.work.exports.add(job)
    return job
