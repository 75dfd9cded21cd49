"""Keeping personal data no longer than needed (保存期限), and giving or removing all of one person (本人导出、删除)."""
