"""The Chinese words of the domain: a sentence for each error code, and the texts of sheets."""
