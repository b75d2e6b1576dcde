"""What the templates tell whoever fills them in: the guide's words, and what the model does."""

from billing_domain.model.houses.resident import Relation
from billing_domain.model.imports.bill_sheet import ROWS_MAX
from billing_domain.words.zh_sheets import BILL_TEMPLATE_NOTES, RESIDENT_TEMPLATE_NOTES

GUIDE = (
    (
        "1.第一行房屋地址值为“一栋一单元101” 数据不是真实数据。供参考各列输入数据格式，"
        "此行信息不会导入。修改此行信息导入会出错。"
    ),
    (
        "2.费用类型仅支持写入（物业费，水费，电费，车位费，租金，公摊费用，滞纳金，电梯费，"
        "当月应缴费用，其它）这10种，每一条记录都可以写不同类型。"
        "如输入这10种以外的类型，将按其它类型导入。"
    ),
    "3.费用开始时间和费用结束时间格式支持两种，2019年01月或2019年12月5日。",
    "4.费用金额支持到小数点后2位，超过的位数四舍五入。",
)


class TestBillTemplateNotes:
    def test_begin_with_the_four_rules_of_the_guide(self) -> None:
        """Rule 3.2."""
        assert BILL_TEMPLATE_NOTES[:4] == GUIDE

    def test_name_the_largest_import(self) -> None:
        assert f"单次最多导入{ROWS_MAX}条" in BILL_TEMPLATE_NOTES[4]


class TestResidentTemplateNotes:
    def test_name_every_relation(self) -> None:
        said = "".join(RESIDENT_TEMPLATE_NOTES)

        assert all(relation.value in said for relation in Relation)
