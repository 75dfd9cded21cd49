"""What the desk remembers: sessions, messages answered once, and receipts. Used by `koujing.desk` only."""
