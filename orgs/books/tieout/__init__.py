"""Every transfer, matched three ways: our command, our ledger, the customer's ledger."""
