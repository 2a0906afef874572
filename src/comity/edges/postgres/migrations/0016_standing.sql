-- Standing, strikes, sanctions and appeals.
SELECT;
