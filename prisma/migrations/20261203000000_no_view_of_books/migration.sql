-- The three books in one form, which nothing reads any more: figures are read from sums and from the hours of one book.
DROP VIEW book_hourly;
