"""Dutch entities found by patterns and validated: numbers of the organisation, addresses, dates, amounts and the like."""
