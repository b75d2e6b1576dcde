"""The application as entrypoints see it: a bag of use cases, wired by somebody else."""

from __future__ import annotations

import attrs

from billing_domain.use_cases.configure_companies import ConfigureCompanies
from billing_domain.use_cases.export_bills import ExportBills
from billing_domain.use_cases.import_bills import ImportBills
from billing_domain.use_cases.import_residents import ImportResidents
from billing_domain.use_cases.manage_bills import ManageBills
from billing_domain.use_cases.manage_import_profiles import ManageImportProfiles
from billing_domain.use_cases.manage_staff import ManageStaff
from billing_domain.use_cases.register_residents import RegisterResidents
from billing_domain.use_cases.sign_in import SignIn
from billing_domain.use_cases.stage_uploads import StageUploads
from billing_domain.use_cases.view_bills import ViewBills
from billing_domain.use_cases.view_company import ViewCompany
from billing_domain.use_cases.view_houses import ViewHouses


@attrs.frozen(kw_only=True)
class Application:
    """Every use case under the name of its module; knows no adapter.

    Tests and embedders build their own with other adapters and hand it to the web application
    or the command line.
    """

    configure_companies: ConfigureCompanies
    export_bills: ExportBills
    import_bills: ImportBills
    import_residents: ImportResidents
    manage_bills: ManageBills
    manage_import_profiles: ManageImportProfiles
    manage_staff: ManageStaff
    register_residents: RegisterResidents
    sign_in: SignIn
    stage_uploads: StageUploads
    view_bills: ViewBills
    view_company: ViewCompany
    view_houses: ViewHouses
