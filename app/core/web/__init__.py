"""What every page shares: answers, forms, drafts, paging, files sent."""
