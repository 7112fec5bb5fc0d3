"""The books: what ledgers say, what they should say, and days that finance has signed."""
