"""What is refused of a file as a whole; single rows are refused one by one."""

from app.core.problems import Problem


class NotATable(Problem):
    """Told by the content; the file's name plays no part."""

    slug, status = "not-a-table", 415
    title = "This is neither an XLSX workbook nor a CSV file in UTF-8 or GB18030."
    title_zh = "文件既不是 XLSX 工作簿，也不是 UTF-8 或 GB18030 编码的 CSV 文件。"


class FileTooLarge(Problem):
    """A limit on bytes, on what they unpack to, or on cells."""

    slug, status = "file-too-large", 413
    title = "The file, or what it unpacks to, is too large; split it, or save it as CSV."
    title_zh = "文件或其解压后的内容过大，请拆分或另存为 CSV。"


class FileHasMacros(Problem):
    """No macro is ever run, and a file with macros is not taken."""

    slug, status = "file-has-macros", 415
    title = "The workbook contains macros; save it as XLSX."
    title_zh = "工作簿含有宏，请另存为 XLSX。"


class FileDamaged(Problem):
    """The file cannot be read to its end; what came before stays loaded."""

    slug, status = "file-damaged", 422
    title = "The file is damaged, or a quotation mark in it is not closed."
    title_zh = "文件已损坏，或其中有未闭合的引号。"


class HeadersUnknown(Problem):
    """A table needs a name, or an id that is known already."""

    slug, status = "headers-unknown", 422
    title = "No row of headers was found with a column for the customer's name or number."
    title_zh = "未找到含有客户名称或客户编号列的表头。"


class HeaderTwice(Problem):
    """Of two columns for one field, one would be lost."""

    slug, status = "header-twice", 422
    title = "Two columns bring the same field; remove or rename one of them."
    title_zh = "有两列对应同一字段，请删除或改名其中一列。"
